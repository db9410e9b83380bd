package io.weft.mapping;

import io.weft.etf.DecodeLimits;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes terms of records, and records of terms: the form of a protocol is read from its types,
 * once.
 *
 * <pre>{@code
 * sealed interface Shop {
 *   record SetPrice(long id, long cents) implements Shop {}            // {set_price,7,100}
 *   record Find(String sku) implements Shop, Request<Optional<Item>> {} // {find,<<"x">>}
 * }
 * record Item(String sku, long unitPrice) {}                     // #{sku => .., unit_price => ..}
 *
 * Blueprint<Shop> shop = GenServer.define("shop", Shop.class, ..).codec(TermMapping.codecOf(Shop.class));
 * Address<Shop> there = node.address("shop", "erl@host", TermMapping.codecOf(Shop.class));
 * }</pre>
 *
 * <table>
 * <caption>The forms</caption>
 * <tr><th>Java</th><th>term</th><th>also accepted when decoding</th></tr>
 * <tr><td>integers of all sizes, {@code char}, {@code BigInteger}</td><td>integer, checked against
 * the range of the type</td><td></td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>float; NaN and infinities are refused</td><td>integer
 * </td></tr>
 * <tr><td>{@code boolean}</td><td>{@code true}, {@code false}</td><td></td></tr>
 * <tr><td>{@code String}</td><td>binary in UTF-8; marked {@link EtfAtom} an atom, marked {@link
 * EtfCharlist} a list of code points</td><td>binary or list, unless it is an atom</td></tr>
 * <tr><td>{@code byte[]}</td><td>binary</td><td></td></tr>
 * <tr><td>empty {@code Optional}, null where it is {@code @Nullable}</td><td>{@code undefined}; in a
 * struct {@code nil}</td><td>the other one; a missing key</td></tr>
 * <tr><td>{@code List}, {@code Set}, arrays</td><td>proper list</td><td></td></tr>
 * <tr><td>{@code Map}</td><td>map; marked {@link EtfProplist} a property list</td><td></td></tr>
 * <tr><td>constant of an enum</td><td>atom in snake_case</td><td></td></tr>
 * <tr><td>case of a sealed interface</td><td>tagged tuple: {@code {add,5}}; without components its
 * tag: {@code get}</td><td>{@code {get}}</td></tr>
 * <tr><td>such a case marked {@link EtfMap}, {@link EtfProplist}</td><td>its tag and a map or a
 * property list</td><td></td></tr>
 * <tr><td>such a case that is an enum, or has a form by hand</td><td>its tag and that</td><td></td></tr>
 * <tr><td>any other record</td><td>map with atoms in snake_case as keys</td><td></td></tr>
 * <tr><td>record marked {@link EtfTuple}, {@link EtfRecord} or {@link EtfTag}, {@link EtfProplist},
 * {@link EtfStruct}, {@link EtfValue}</td><td>tuple, tagged tuple, property list, Elixir struct, what
 * it holds</td><td></td></tr>
 * <tr><td>{@link EtfPacked} anything</td><td>binary that holds its term, compressed</td><td></td></tr>
 * <tr><td>{@link io.weft.term.Term} and its subtypes</td><td>itself</td><td></td></tr>
 * <tr><td>{@link io.weft.node.Address}</td><td>pid, {@code {Name, Node}} or alias</td><td></td></tr>
 * </table>
 *
 * <p>Two cases may have one tag if a different number of fields follows it: {@code ok} and {@code
 * {ok, Value}}. Components that may be absent may be missing as keys, or at the end of a tuple. An
 * unknown key is refused, unless it is to be ignored or a component is marked {@link EtfRest}. A
 * reply has the form of the {@code R} in the {@code Request<R>} that its request implements.
 *
 * <p>Types are looked at when a codec or form is made, which fails with an {@link
 * IllegalArgumentException} that tells what has no form and why; so make it once and keep it.
 * Nothing is looked up by reflection after that. Records of other modules take a package that is
 * open to {@code io.weft.core}, or {@link Builder#lookup}. What does not fit is a {@link
 * MisfitException}, and nothing else whatever a peer sends; terms nested deeper than 256 levels
 * never fit. Immutable; any thread.
 */
public final class TermMapping {
  private static final TermMapping STANDARD = builder().build();

  private final Map<Class<?>, OtherForms.Custom> forms;
  private final Map<Class<?>, List<Class<?>>> cases;
  private final Map<Class<?>, Consumer<TypeOptions>> types;
  private final Access access;
  private final NamingStrategy names;
  private final Atom nothing;
  private final boolean ignoresUnknownKeys;
  private final boolean omitsAbsent;
  private final DecodeLimits limits;
  private final @Nullable Node node;

  private TermMapping(Builder from) {
    forms = Map.copyOf(from.forms);
    cases = Map.copyOf(from.cases);
    types = Map.copyOf(from.types);
    access = new Access(List.copyOf(from.lookups));
    names = from.names;
    nothing = from.nothing;
    ignoresUnknownKeys = from.ignoresUnknownKeys;
    omitsAbsent = from.omitsAbsent;
    limits = from.limits;
    node = from.node;
  }

  /** Returns the mapping without options. */
  public static TermMapping standard() {
    return STANDARD;
  }

  /** Returns a builder of a mapping with options. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns how a protocol looks as terms, without options. */
  public static <P> TermCodec<P> codecOf(Class<P> protocol) {
    return STANDARD.codec(protocol);
  }

  /**
   * Returns how a protocol looks as terms: for the blueprint of a process, or for the address of
   * one elsewhere.
   *
   * @throws IllegalArgumentException if something in it, or in a reply, has no form
   */
  public <P> TermCodec<P> codec(Class<P> protocol) {
    return new MappedCodec<>(this, TypeUse.of(protocol));
  }

  /** Returns how a protocol with type arguments looks as terms. */
  public <P> TermCodec<P> codec(TermType<P> protocol) {
    return new MappedCodec<>(this, TypeUse.of(protocol.type));
  }

  /**
   * Returns how requests look as calls of the functions of a module: {@code record Price(String
   * sku) implements Shop, Request<Long>} is {@code shop:price(Sku)}. For {@code rpc} and {@code
   * erpc}, and for {@link io.weft.node.Functions#provide(String, String, int, TermCodec,
   * io.weft.node.TypedFunction)}.
   *
   * @throws IllegalArgumentException if something in the protocol, or in a reply, has no form
   */
  public <P> TermCodec<P> functions(String module, Class<P> protocol) {
    return functions(module, codec(protocol));
  }

  /**
   * As {@link #functions(String, Class)}, for requests whose form is another codec's: a tuple or an
   * atom each.
   */
  public static <P> TermCodec<P> functions(String module, TermCodec<P> requests) {
    return new FunctionsCodec<>(Atom.of(module), requests);
  }

  /**
   * Returns how the values of a type look as terms.
   *
   * @throws IllegalArgumentException if something in it has no form
   */
  public <T> TermForm<T> form(Class<T> type) {
    return form(TypeUse.of(type));
  }

  /** Returns how the values of a type with arguments or annotations look as terms. */
  public <T> TermForm<T> form(TermType<T> type) {
    return form(TypeUse.of(type.type));
  }

  private <T> TermForm<T> form(TypeUse use) {
    return new MappedCodec.Whole<>(new FormBuilder(this).form(use), limits);
  }

  // --- for those who work out forms --------------------------------------------------------------

  @Nullable Form customForm(Class<?> type) {
    return forms.get(type);
  }

  List<Class<?>> casesOf(Class<?> type) {
    List<Class<?>> named = cases.get(type);
    if (named != null) {
      return named;
    }
    Class<?>[] permitted = type.isEnum() ? null : type.getPermittedSubclasses();
    return permitted == null || PlainForms.of(type) != null ? List.of() : List.of(permitted);
  }

  /** What is said of a type besides its annotations. */
  TypeOptions optionsOf(Class<?> type) {
    var options = new TypeOptions();
    types.getOrDefault(type, _ -> {}).accept(options);
    return options;
  }

  String tagOf(Class<?> type) {
    String tag = optionsOf(type).tag;
    EtfTag mark = type.getAnnotation(EtfTag.class);
    return tag != null ? tag : mark != null ? mark.value() : names.nameOf(type.getSimpleName());
  }

  Access access() {
    return access;
  }

  NamingStrategy names() {
    return names;
  }

  Atom nothing() {
    return nothing;
  }

  boolean ignoresUnknownKeys() {
    return ignoresUnknownKeys;
  }

  boolean omitsAbsent() {
    return omitsAbsent;
  }

  DecodeLimits limits() {
    return limits;
  }

  @Nullable Node node() {
    return node;
  }

  /** Collects options; each method returns this. Not for several threads. */
  public static final class Builder {
    private final Map<Class<?>, OtherForms.Custom> forms = new HashMap<>();
    private final Map<Class<?>, List<Class<?>>> cases = new HashMap<>();
    private final Map<Class<?>, Consumer<TypeOptions>> types = new HashMap<>();
    private final List<MethodHandles.Lookup> lookups = new ArrayList<>();
    private NamingStrategy names = NamingStrategy.SNAKE_CASE;
    private Atom nothing = Atom.UNDEFINED;
    private boolean ignoresUnknownKeys;
    private boolean omitsAbsent;
    private DecodeLimits limits = DecodeLimits.DEFAULT;
    private @Nullable Node node;

    private Builder() {}

    /** Gives a type a form by hand, wherever it is used. */
    public <T> Builder form(Class<T> type, TermForm<T> form) {
      forms.put(type, OtherForms.Custom.of(type, form));
      return this;
    }

    /** Gives a type another form than its annotations say, or its components other keys. */
    public Builder type(Class<?> type, Consumer<TypeOptions> options) {
      types.merge(type, options, Consumer::andThen);
      return this;
    }

    /** Names the cases of an interface that is not sealed. */
    @SafeVarargs
    public final <T> Builder cases(Class<T> type, Class<? extends T>... cases) {
      List<Class<?>> named = new ArrayList<>();
      for (Class<? extends T> each : cases) {
        named.add(each);
      }
      this.cases.put(type, List.copyOf(named));
      return this;
    }

    /** Lets records be reached that are not open to {@code io.weft.core}. */
    public Builder lookup(MethodHandles.Lookup lookup) {
      lookups.add(lookup);
      return this;
    }

    /** How names of Java become atoms. Default {@link NamingStrategy#SNAKE_CASE}. */
    public Builder names(NamingStrategy names) {
      this.names = names;
      return this;
    }

    /**
     * What is written for what is absent, outside of structs. Default {@code undefined}; {@code
     * nil} suits Elixir.
     */
    public Builder nothing(Atom nothing) {
      this.nothing = nothing;
      return this;
    }

    /** Skips unknown keys. Default: they are refused. */
    public Builder ignoreUnknownKeys() {
      ignoresUnknownKeys = true;
      return this;
    }

    /** Leaves out keys whose value is absent, but in structs. Default: they are written. */
    public Builder omitAbsent() {
      omitsAbsent = true;
      return this;
    }

    /**
     * What all {@link EtfPacked} parts of one message together may take. Default {@link
     * DecodeLimits#DEFAULT}.
     */
    public Builder limits(DecodeLimits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * The node that addresses in values send from. Not needed for messages and replies: theirs send
     * from the node that takes them in.
     */
    public Builder node(Node node) {
      this.node = node;
      return this;
    }

    /** Returns the mapping. */
    public TermMapping build() {
      return new TermMapping(this);
    }
  }
}
