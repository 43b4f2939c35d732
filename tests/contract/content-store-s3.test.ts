import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { openS3ContentStore } from '../../src/drivers/s3/content-store.ts';
import { s3Client, sharedS3 } from '../support/s3.ts';
import { contentContract } from './content-store-suite.ts';

contentContract('S3', async () => {
  const server = await sharedS3();
  const client = s3Client(server);
  const { endpoint, region, bucket: Bucket, credentials } = server;
  const options = (space: string) => ({ endpoint, region, bucket: Bucket, credentials, prefix: `${space}/` });

  /** Objects, and uploads that never became objects but take room all the same. */
  const names = async (space: string): Promise<string[]> => {
    const Prefix = `${space}/`;
    const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
    if (IsTruncated === true) throw new Error('more lies there than one page');
    return [...Contents, ...Uploads].map(({ Key }) => Key ?? '');
  };
  return {
    open: (space) => Promise.resolve(openS3ContentStore(options(space))),
    processArguments: (space) => ['s3', JSON.stringify(options(space))],
    async overwrite(space, sha256, bytes) {
      const Key = (await names(space)).find((name) => name.endsWith(`/${sha256}`));
      if (Key === undefined) throw new Error('nothing lies there under this hash');
      await client.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
    },
    names,
    async close() {
      client.destroy();
      await server.close();
    },
  };
});
