package io.weft.mapping;

import static java.util.Map.entry;

import io.weft.etf.EtfEncoder;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.Binary;
import io.weft.term.BitString;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.Fun;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.IntegerTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types whose form nothing decides but what they are. */
final class PlainForms {
  private static final Map<Class<?>, Form> FORMS = new HashMap<>();

  private PlainForms() {}

  static {
    FORMS.put(byte.class, NumberForms.BYTE);
    FORMS.put(Byte.class, NumberForms.BYTE);
    FORMS.put(short.class, NumberForms.SHORT);
    FORMS.put(Short.class, NumberForms.SHORT);
    FORMS.put(int.class, NumberForms.INT);
    FORMS.put(Integer.class, NumberForms.INT);
    FORMS.put(long.class, NumberForms.LONG);
    FORMS.put(Long.class, NumberForms.LONG);
    FORMS.put(char.class, NumberForms.CHAR);
    FORMS.put(Character.class, NumberForms.CHAR);
    FORMS.put(float.class, NumberForms.FLOAT);
    FORMS.put(Float.class, NumberForms.FLOAT);
    FORMS.put(double.class, NumberForms.DOUBLE);
    FORMS.put(Double.class, NumberForms.DOUBLE);
    FORMS.put(BigInteger.class, NumberForms.BIG);
    FORMS.put(boolean.class, new Booleans());
    FORMS.put(Boolean.class, new Booleans());
    FORMS.put(byte[].class, new Bytes());
    FORMS.put(Target.class, new Targets());
    Map.<Class<? extends Term>, String>ofEntries(
            entry(Term.class, "a term"),
            entry(Atom.class, "an atom"),
            entry(Pid.class, "a pid"),
            entry(Port.class, "a port"),
            entry(Reference.class, "a reference"),
            entry(IntegerTerm.class, "an integer"),
            entry(IntTerm.class, "an integer of 64 bits"),
            entry(BigTerm.class, "an integer of more than 64 bits"),
            entry(FloatTerm.class, "a float"),
            entry(Tuple.class, "a tuple"),
            entry(ListTerm.class, "a list"),
            entry(ImproperList.class, "an improper list"),
            entry(MapTerm.class, "a map"),
            entry(Binary.class, "a binary"),
            entry(BitString.class, "a bit string"),
            entry(Export.class, "an external fun"),
            entry(Fun.class, "a fun"))
        .forEach((type, what) -> FORMS.put(type, new Terms(type, what)));
  }

  static @Nullable Form of(Class<?> type) {
    return FORMS.get(type);
  }

  private static final class Booleans extends Form {
    private static final byte[] TRUE = written(Atom.TRUE);
    private static final byte[] FALSE = written(Atom.FALSE);

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      out.written((Boolean) value ? TRUE : FALSE);
    }

    @Override
    Term encode(Object value, int depth) {
      return Atom.of((boolean) (Boolean) value);
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term.equals(Atom.TRUE)) {
        return true;
      }
      if (term.equals(Atom.FALSE)) {
        return false;
      }
      throw Misfit.expected("true or false", term);
    }
  }

  private static final class Bytes extends Form {
    @Override
    Term encode(Object value, int depth) {
      return Binary.of((byte[]) value);
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term instanceof Binary binary) {
        return binary.toByteArray();
      }
      throw Misfit.expected("a binary", term);
    }
  }

  /** Terms are their own form. */
  private static final class Terms extends Form {
    private final Class<? extends Term> type;
    private final String what;

    Terms(Class<? extends Term> type, String what) {
      this.type = type;
      this.what = what;
    }

    @Override
    Term encode(Object value, int depth) {
      return (Term) value;
    }

    @Override
    Object decode(Term term, Reading in) {
      if (type.isInstance(term)) {
        return term;
      }
      throw Misfit.expected(what, term);
    }
  }

  /** A pid, or {@code {Name, Node}}. */
  private static final class Targets extends Form {
    @Override
    Term encode(Object value, int depth) {
      return ((Target) value).item();
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term instanceof Pid pid) {
        return new Target.ByPid(pid);
      }
      if (term instanceof Tuple pair
          && pair.arity() == 2
          && pair.get(0) instanceof Atom name
          && pair.get(1) instanceof Atom node) {
        return new Target.ByName(name, node);
      }
      throw Misfit.expected("a pid or {Name,Node}", term);
    }
  }
}
