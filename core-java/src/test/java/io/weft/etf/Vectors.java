package io.weft.etf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.Fun;
import io.weft.term.IntegerTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Terms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The test vectors made by OTP 25: {@code vectors/etf-otp25.json}. */
final class Vectors {

  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode FILE = load();

  private Vectors() {}

  private static JsonNode load() {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/etf-otp25.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Vector> valid() {
    return FILE.get("valid").valueStream().map(Vector::new);
  }

  static Stream<Vector> decodeOnly() {
    return FILE.get("decode_only").valueStream().map(Vector::new);
  }

  static Stream<Vector> invalid() {
    return FILE.get("invalid").valueStream().map(Vector::new);
  }

  /** One vector; fields that it does not have are null. */
  record Vector(JsonNode json) {

    String id() {
      return json.get("id").asText();
    }

    String type() {
      return json.get("type").asText();
    }

    @Nullable String text() {
      return json.path("text").isTextual() ? json.get("text").asText() : null;
    }

    boolean isUnordered() {
      return json.path("unordered").asBoolean();
    }

    Term value() {
      if (json.get("value").isObject()) {
        return term(json.get("value"));
      }
      return LargeVectors.build(json.path(json.has("expr") ? "expr" : "note").asText());
    }

    /** The bytes of a field, whichever of its two forms it is given in; checked against its MD5. */
    byte @Nullable [] bytes(String field) {
      if (json.has(field)) {
        return HEX.parseHex(json.get(field).asText());
      }
      return json.has(field + "_rle") ? repeated(field) : null;
    }

    /**
     * How many bytes of {@code hex} the term takes; OTP tells more than there are for two of them.
     */
    int used() {
      int size =
          json.has("hex") ? json.get("hex").asText().length() / 2 : json.get("hex_size").asInt();
      return Math.min(size, json.path("used").asInt(size));
    }

    private byte[] repeated(String field) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (JsonNode part : json.get(field + "_rle")) {
        byte[] chunk = HEX.parseHex(part.get(0).asText());
        for (int i = 0; i < part.get(1).asInt(); i++) {
          bytes.writeBytes(chunk);
        }
      }
      if (bytes.size() != json.get(field + "_size").asInt()
          || !md5(bytes.toByteArray()).equals(json.get(field + "_md5").asText())) {
        throw new AssertionError(id() + ": size or MD5 of " + field);
      }
      return bytes.toByteArray();
    }

    @Override
    public String toString() {
      JsonNode note = json.has("note") ? json.get("note") : json.path("expr");
      String about = note.asText();
      return id() + " " + (about.length() > 60 ? about.substring(0, 60) + "..." : about);
    }
  }

  private static String md5(byte[] bytes) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** The term of the typed JSON. */
  private static Term term(JsonNode json) {
    String form = json.fieldNames().next();
    JsonNode value = json.get(form);
    return switch (form) {
      case "int" -> IntegerTerm.of(new BigInteger(value.asText()));
      case "float" ->
          new FloatTerm(Double.longBitsToDouble(Long.parseUnsignedLong(value.asText(), 16)));
      case "atom" -> Atom.of(value.asText());
      case "list" ->
          json.has("tail")
              ? Terms.improper(terms(value), term(json.get("tail")))
              : Terms.list(terms(value));
      case "tuple" -> Terms.tuple(terms(value).toArray(Term[]::new));
      case "bin" -> Binary.wrap(HEX.parseHex(value.asText()));
      case "bits" -> Terms.bits(HEX.parseHex(value.asText()), json.get("last").asInt());
      case "map" -> Terms.map(entries(value));
      case "pid" -> pid(value);
      case "ref" -> Reference.of(node(value), creation(value), words(value.get("ids")));
      case "port" ->
          new Port(node(value), Long.parseUnsignedLong(value.get("id").asText()), creation(value));
      case "export" ->
          new Export(
              Atom.of(value.get(0).asText()), Atom.of(value.get(1).asText()), value.get(2).asInt());
      case "fun" -> fun(value);
      default -> throw new AssertionError("unknown form " + form);
    };
  }

  private static List<Term> terms(JsonNode array) {
    List<Term> terms = new ArrayList<>();
    array.forEach(element -> terms.add(term(element)));
    return terms;
  }

  /**
   * In the order in which OTP keeps and writes small maps; the file has them in the order of {@code
   * <}.
   */
  private static Term[] entries(JsonNode pairs) {
    return pairs
        .valueStream()
        .map(Vectors::terms)
        .sorted(Comparator.comparing(List::getFirst, TermOrder.EXACT))
        .flatMap(List::stream)
        .toArray(Term[]::new);
  }

  private static int[] words(JsonNode array) {
    return array.valueStream().mapToInt(word -> (int) word.asLong()).toArray();
  }

  private static Atom node(JsonNode json) {
    return Atom.of(json.get("node").asText());
  }

  private static int creation(JsonNode json) {
    return (int) json.get("creation").asLong();
  }

  private static Pid pid(JsonNode json) {
    return new Pid(
        node(json),
        (int) json.get("id").asLong(),
        (int) json.get("serial").asLong(),
        creation(json));
  }

  private static Fun fun(JsonNode json) {
    return new Fun(
        Atom.of(json.get("module").asText()),
        (int) json.get("index").asLong(),
        json.get("arity").asInt(),
        Binary.wrap(HEX.parseHex(json.get("uniq").asText())),
        json.get("old_index").asLong(),
        json.get("old_uniq").asLong(),
        pid(json.get("pid").get("pid")),
        terms(json.get("free")));
  }
}
