"""Builds, changes, compares and clears hostile trees. Prints one JSON document.

build ROOT SEED SMALL PART…    mutate ROOT SEED    compare ONE OTHER [FIELD…]    unlock ROOT
"""

import json
import os
import sys

import attributes
import builder
import compare
import contents
import links
import mutate
import names
import system

PARTS = {
    'names': names.names,
    'some-names': names.some_names,
    'nested': names.nested,
    'sizes': contents.sizes,
    'large': contents.large,
    'sparse': contents.sparse,
    'symlinks': links.symlinks,
    'hardlinks': links.hardlinks,
    'special': links.special,
    'modes': attributes.modes,
    'owners': attributes.owners,
    'times': attributes.times,
    'xattrs': attributes.xattrs,
    'acls': attributes.acls,
    'flags': attributes.flags,
    'deep': names.deep,
    'huge-hole': contents.huge_hole,
}


def build(root, seed, small, *parts):
    """A new tree; every part has random numbers of its own, so that leaving one out changes no other."""
    os.umask(0o022)
    os.makedirs(root)
    hand = builder.Builder(os.fsencode(root), int(seed))
    os.mkdir(hand.path('empty'))
    for part in parts:
        hand.random.seed(f'{seed} {part}')
        PARTS[part](hand)
    hand.random.seed(f'{seed} many')
    contents.many(hand, int(small))
    hand.finish()
    elements = sum(len(dirs) + len(files) for _, dirs, files, _ in os.fwalk(root))
    return {'elements': elements + 1, 'made': hand.made, 'refused': hand.refused}


def unlock(root):
    """Takes off the flags that keep a tree from being removed."""
    cleared = 0
    for _, dirs, files, fd in os.fwalk(os.fsencode(root), follow_symlinks=False):
        for name in [b'.', *dirs, *files]:
            inode = os.stat(name, dir_fd=fd, follow_symlinks=False)
            if system.kind_of(inode.st_mode) not in ('file', 'dir'):
                continue
            opened = system.open_inode(name, fd)
            flags = system.flags_of(opened) or 0
            if flags & system.LOCKING:
                system.set_flags(opened, flags & ~system.LOCKING)
                cleared += 1
            os.close(opened)
    return {'cleared': cleared}


COMMANDS = {
    'build': build,
    'mutate': lambda root, seed: mutate.mutate(os.fsencode(root), int(seed)),
    'compare': lambda one, other, *ignore: compare.differences(os.fsencode(one), os.fsencode(other), ignore),
    'unlock': unlock,
}

os.umask(0)
print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
