package io.weft.mapping;

import io.weft.etf.DecodeLimits;
import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfOutput;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Term;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codec of a protocol whose forms are worked out. */
final class MappedCodec<P> implements TermCodec<P> {
  private final Whole<P> messages;

  /** The forms of replies by the class of their request. */
  private final Map<Class<?>, Whole<Object>> replies = new HashMap<>();

  MappedCodec(TermMapping mapping, TypeUse protocol) {
    var forms = new FormBuilder(mapping);
    messages = new Whole<>(forms.form(protocol), mapping.limits());
    for (TypeUse each : forms.classes(protocol)) {
      TypeUse request = each.as(Request.class);
      if (request != null) {
        replies.put(each.raw(), reply(mapping, forms, each.raw(), request));
      }
    }
  }

  private static Whole<Object> reply(
      TermMapping mapping, FormBuilder forms, Class<?> asked, TypeUse request) {
    if (request.arguments().isEmpty()) {
      throw Unmappable.of(asked, "is a Request without the type of its reply");
    }
    try {
      return new Whole<>(forms.form(request.arguments().getFirst()), mapping.limits());
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the reply to " + asked.getSimpleName() + ": " + wrong.getMessage(), wrong);
    }
  }

  @Override
  public Term encode(P message) {
    return messages.toTerm(message);
  }

  @Override
  public P decode(Term term) {
    return messages.fromTerm(term);
  }

  @Override
  public P decode(Term term, Node node) {
    return messages.fromTerm(term, node);
  }

  @Override
  public Term encodeReply(P request, Object reply) {
    return replyTo(request).toTerm(reply);
  }

  @Override
  public Object decodeReply(P request, Term reply) {
    return replyTo(request).fromTerm(reply);
  }

  @Override
  public Object decodeReply(P request, Term reply, Node node) {
    return replyTo(request).fromTerm(reply, node);
  }

  private Whole<Object> replyTo(P request) {
    Class<?> type =
        request instanceof Enum<?> constant ? constant.getDeclaringClass() : request.getClass();
    Whole<Object> form = replies.get(type);
    if (form == null) {
      throw new TermMappingException(type.getName() + " is no Request, so it has no reply");
    }
    return form;
  }

  /** A form that is used for whole terms: what does not fit is told with the place. */
  static final class Whole<T> implements TermForm<T> {
    private static final int MIN_CAPACITY = 256;
    private static final int MAX_CAPACITY = 64 << 10;

    /** What external terms begin with. */
    private static final int VERSION = 131;

    private final Form form;
    private final DecodeLimits limits;

    /** What the last value took, and a little more; a guess, so threads may race for it. */
    private int capacity = MIN_CAPACITY;

    Whole(Form form, DecodeLimits limits) {
      this.form = form;
      this.limits = limits;
    }

    @Override
    public Term toTerm(T value) {
      try {
        return form.write(value, 0);
      } catch (Misfit misfit) {
        throw misfit.atRoot();
      } catch (ClassCastException other) {
        throw ofAnotherType(other);
      }
    }

    /** Writes the bytes at once: no term is made on the way. */
    @Override
    public byte[] toBytes(T value) {
      var out = new EtfOutput(capacity);
      out.putU8(VERSION);
      try {
        form.writeTo(new EtfEncoder(out), value, 0);
      } catch (Misfit misfit) {
        throw misfit.atRoot();
      } catch (ClassCastException other) {
        throw ofAnotherType(other);
      }
      capacity = Math.clamp(out.position() + out.position() / 8, MIN_CAPACITY, MAX_CAPACITY);
      return out.toByteArray();
    }

    private static MisfitException ofAnotherType(ClassCastException other) {
      return new MisfitException(
          MisfitException.ROOT, "of another type: " + other.getMessage(), other);
    }

    @Override
    public T fromTerm(Term term) {
      return fromTerm(term, null);
    }

    /** The one place where an object becomes a T: the form was worked out for that type. */
    @SuppressWarnings("unchecked")
    T fromTerm(Term term, @Nullable Node node) {
      @Nullable Object value;
      try {
        value = form.decode(term, new Reading(limits, node));
      } catch (Misfit misfit) {
        throw misfit.atRoot();
      }
      if (value == null) {
        throw Misfit.expected("a value", term).atRoot();
      }
      return (T) value;
    }
  }
}
