// What the report on the two modules says, whichever compiler made it.
export const TOLD = {
  payload:
    '{"json":{"author":"ada","chapters":[{"by":"ada","draft":"1","title":"One"}],"id":"b","sequelOf":null,' +
    '"status":"draft"},"meta":{"v":1,"values":{"chapters.0.draft":["bigint"]}}}',
  json: '{"id":"b","author":"ada","sequelOf":null,"status":"draft","chapters":[{"title":"One","writtenBy":"ada"}]}',
  isSame: true,
  finds: ['function', 'function'],
  found: [['ada']],
  referred: ['Author', 'Book'],
};
