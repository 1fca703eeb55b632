import { createHash } from 'node:crypto';
import { MerkleTree } from './merkle-tree.js';

/** Leaves and roots of the tests of Certificate Transparency (RFC 6962). */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leafHash = (text: Buffer) => createHash('sha256').update('\0').update(text).digest();

it('has the roots of RFC 6962 at each size', () => {
  const tree = new MerkleTree();
  expect(tree.root().toString('hex')).toBe(ROOTS[0]);
  LEAVES.forEach((leaf, index) => {
    tree.add(leafHash(Buffer.from(leaf, 'hex')));
    expect([tree.size, tree.root().toString('hex')]).toEqual([index + 1, ROOTS[index + 1]]);
  });
});

it('is the recursive definition for larger sizes, too', () => {
  const leaves = Array.from({ length: 130 }, (_, index) => leafHash(Buffer.from([index])));
  const node = (left: Buffer, right: Buffer) =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
  const defined = (part: Buffer[]): Buffer => {
    if (part.length === 1) return part[0]!;
    const left = 2 ** Math.floor(Math.log2(part.length - 1));
    return node(defined(part.slice(0, left)), defined(part.slice(left)));
  };
  const tree = new MerkleTree();
  leaves.forEach((leaf, index) => {
    tree.add(leaf);
    expect(tree.root()).toEqual(defined(leaves.slice(0, index + 1)));
  });
});
