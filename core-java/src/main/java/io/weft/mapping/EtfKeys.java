package io.weft.mapping;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Term;

/** What the keys of a map are that stands for a record. */
public enum EtfKeys {
  /** {@code #{sku => 1}}. */
  ATOMS {
    @Override
    Term key(String name) {
      return Atom.of(name);
    }
  },

  /** {@code #{<<"sku">> => 1}}, as maps are that were read from JSON. */
  BINARIES {
    @Override
    Term key(String name) {
      return Binary.utf8(name);
    }
  };

  abstract Term key(String name);
}
