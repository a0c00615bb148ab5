export { ImaginePdfApi } from './credentials/ImaginePdfApi.credentials';
export { ImaginePdf } from './nodes/ImaginePdf/ImaginePdf.node';
