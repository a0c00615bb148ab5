// tsx loads the core's files twice where an ES module imports them: once for the module, and once for
// their own `require` calls. `instanceof` then fails. Required from here they are loaded once.
require('./main.mts');
