// tsx gives an `import` of the core's files another copy of them than they `require` of each other, and
// the one copy's errors are not the other's. Required from here there is one.
require('./main.mts');
