package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.LinkedHashMap;
import java.util.Map;

/** The constants of an enum as atoms. */
@SuppressWarnings("EnumOrdinal") // an index that does not outlive the class
final class EnumForm extends Form {
  private final Atom[] atoms;
  private final byte[][] written;
  private final Map<Atom, Object> constants = new LinkedHashMap<>();

  EnumForm(Class<?> type, NamingStrategy names) {
    Object[] all = type.getEnumConstants();
    atoms = new Atom[all.length];
    written = new byte[all.length][];
    for (Object each : all) {
      Enum<?> constant = (Enum<?>) each;
      Atom atom = Atom.of(nameOf(type, constant, names));
      atoms[constant.ordinal()] = atom;
      written[constant.ordinal()] = written(atom);
      if (constants.put(atom, constant) != null) {
        throw Unmappable.twice(type, "constants", atom);
      }
    }
  }

  private static String nameOf(Class<?> type, Enum<?> constant, NamingStrategy names) {
    try {
      EtfTag tag = type.getField(constant.name()).getAnnotation(EtfTag.class);
      return tag == null ? names.nameOf(constant.name()) : tag.value();
    } catch (NoSuchFieldException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  Term encode(Object value, int depth) {
    return atoms[((Enum<?>) value).ordinal()];
  }

  @Override
  void encodeTo(EtfEncoder out, Object value, int depth) {
    out.written(written[((Enum<?>) value).ordinal()]);
  }

  @Override
  Object decode(Term term, Reading in) {
    Object constant = term instanceof Atom atom ? constants.get(atom) : null;
    if (constant == null) {
      throw Misfit.expected("one of " + Unmappable.list(constants.keySet()), term);
    }
    return constant;
  }
}
