package io.weft.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.etf.Etf;
import io.weft.mapping.Orders.Cart;
import io.weft.mapping.Orders.Item;
import io.weft.mapping.Orders.Json;
import io.weft.mapping.Orders.Options;
import io.weft.mapping.Orders.Order;
import io.weft.mapping.Orders.Place;
import io.weft.mapping.Orders.Shop;
import io.weft.mapping.Orders.Sku;
import io.weft.mapping.Orders.Speed;
import io.weft.mapping.Orders.Tree;
import io.weft.mapping.Orders.Upload;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.term.testing.TermGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for all values and for all terms, tried on random ones. */
class MappingPropertiesTest {
  private static final int ROUNDS = 3_000;

  /** A form, and random values of its type. */
  private record Sample<T>(TermForm<T> form, Function<Random, T> values) {
    Term term(Random random) {
      return form.toTerm(values.apply(random));
    }

    void roundTrip(Random random) {
      T value = values.apply(random);
      assertEquals(value, form.fromTerm(form.toTerm(value)));
      assertEquals(value, form.fromBytes(form.toBytes(value)));
      assertEquals(form.toTerm(value), Etf.decode(form.toBytes(value)));
      assertEquals(value, form.fromBytes(form.toCompressedBytes(value, 1)));
    }
  }

  private static final TermMapping PLAIN = TermMapping.standard();
  private static final TermMapping BRIEF =
      TermMapping.builder().omitAbsent().nothing(Atom.of("nil")).ignoreUnknownKeys().build();

  private static final List<Sample<?>> SAMPLES =
      List.of(
          new Sample<>(PLAIN.form(Shop.class), MappingPropertiesTest::message),
          new Sample<>(BRIEF.form(Shop.class), MappingPropertiesTest::message),
          new Sample<>(PLAIN.form(Order.class), MappingPropertiesTest::order),
          new Sample<>(BRIEF.form(Order.class), MappingPropertiesTest::order),
          new Sample<>(PLAIN.form(new TermType<Tree<Sku>>() {}), random -> tree(random, 5)),
          new Sample<>(PLAIN.form(Cart.class), MappingPropertiesTest::cart),
          new Sample<>(PLAIN.form(Json.class), MappingPropertiesTest::json),
          new Sample<>(PLAIN.form(Options.class), MappingPropertiesTest::options),
          new Sample<>(
              PLAIN.form(Upload.class),
              random -> new Upload(text(random), list(random, MappingPropertiesTest::text))));

  @Test
  void whatIsEncodedDecodesToTheSame() {
    var random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      for (Sample<?> each : SAMPLES) {
        each.roundTrip(random);
      }
    }
  }

  @Test
  void noTermDoesAnythingElseThanDecodeOrBeRefused() {
    var random = new Random(2);
    TermGenerator generator = TermGenerator.seeded(3);
    int decoded = 0;
    for (int i = 0; i < ROUNDS; i++) {
      for (Sample<?> each : SAMPLES) {
        for (Term term : List.of(generator.next(), spoiled(each.term(random), random))) {
          try {
            each.form().fromTerm(term);
            decoded++;
          } catch (MisfitException refused) {
            assertEquals("$", refused.path().substring(0, 1));
          }
        }
      }
    }
    assertTrue(decoded > ROUNDS / 2, "hardly one of them fitted: " + decoded);
  }

  // --- values ------------------------------------------------------------------------------------

  private static String text(Random random) {
    int[] points = random.ints(random.nextInt(8), 0, 0x3000).filter(Character::isDefined).toArray();
    return new String(points, 0, points.length);
  }

  private static <T> List<T> list(Random random, Function<Random, T> element) {
    return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> element.apply(random)).toList();
  }

  private static @Nullable String maybe(Random random) {
    return random.nextBoolean() ? null : text(random);
  }

  private static Item item(Random random) {
    return new Item(text(random), random.nextGaussian(), maybe(random));
  }

  private static Place place(Random random) {
    return new Place(random.nextDouble(), random.nextDouble(), Optional.ofNullable(maybe(random)));
  }

  private static Order order(Random random) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    list(random, MappingPropertiesTest::text).forEach(key -> counts.put(key, random.nextInt()));
    return new Order(
        random.nextLong(),
        list(random, MappingPropertiesTest::item),
        counts,
        random.nextBoolean() ? Optional.empty() : Optional.of(place(random)),
        Speed.values()[random.nextInt(3)]);
  }

  private static Shop message(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Shop.SetPrice(random.nextLong(), random.nextInt(300));
      case 1 -> new Shop.Get();
      case 2 -> new Shop.Find(text(random));
      case 3 -> new Shop.ListAll(text(random));
      case 4 -> new Shop.Moved(random.nextInt(), random.nextInt());
      case 5 -> new Shop.Listen(text(random), random.nextInt(), random.nextBoolean());
      case 6 -> new Shop.Refund(random.nextLong(), maybe(random));
      default -> Shop.Switch.values()[random.nextInt(2)];
    };
  }

  private static Tree<Sku> tree(Random random, int depth) {
    return depth == 0 || random.nextInt(3) == 0
        ? new Tree.Leaf<>(new Sku("s" + text(random)))
        : new Tree.Fork<>(tree(random, depth - 1), tree(random, depth - 1));
  }

  private static Cart cart(Random random) {
    List<@Nullable Sku> skus = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      skus.add(random.nextBoolean() ? null : new Sku("x" + text(random)));
    }
    return new Cart(maybe(random), skus, Map.of(text(random), random.nextLong()));
  }

  private static Json json(Random random) {
    Map<String, Term> rest =
        random.nextBoolean() ? Map.of() : Map.of("more" + text(random), Atom.OK);
    return new Json(text(random), random.nextInt(), rest);
  }

  private static Options options(Random random) {
    OptionalLong timeout =
        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong());
    Map<Atom, Term> rest =
        random.nextBoolean() ? Map.of() : Map.of(Atom.of("x" + text(random)), IntTerm.of(1));
    return new Options(text(random), timeout, random.nextBoolean(), rest);
  }

  // --- terms that are nearly right ---------------------------------------------------------------

  /** Changes one place of a term. */
  private static Term spoiled(Term term, Random random) {
    if (random.nextInt(4) == 0) {
      return odd(random);
    }
    return switch (term) {
      case Tuple tuple when tuple.arity() > 0 -> new Tuple(changed(tuple.elements(), random));
      case ListTerm list when !list.isEmpty() -> new ListTerm(changed(list.elements(), random));
      case MapTerm map when map.size() > 0 -> {
        Map<Term, Term> entries = new LinkedHashMap<>(map.entries());
        Term key = map.keyAt(random.nextInt(map.size()));
        Term value = entries.remove(key);
        if (random.nextInt(3) > 0 && value != null) {
          entries.put(random.nextInt(4) == 0 ? odd(random) : key, spoiled(value, random));
        }
        yield new MapTerm(entries);
      }
      default -> odd(random);
    };
  }

  private static List<Term> changed(List<Term> elements, Random random) {
    List<Term> all = new ArrayList<>(elements);
    int at = random.nextInt(all.size());
    switch (random.nextInt(4)) {
      case 0 -> all.remove(at);
      case 1 -> all.add(at, odd(random));
      default -> all.set(at, spoiled(all.get(at), random));
    }
    return all;
  }

  private static Term odd(Random random) {
    List<Term> terms =
        Arrays.asList(
            Atom.UNDEFINED,
            Atom.of("nil"),
            Atom.of("get"),
            IntTerm.of(random.nextLong()),
            IntTerm.of(0),
            Binary.of((byte) 0xff),
            Binary.utf8("x"),
            ListTerm.NIL,
            MapTerm.EMPTY,
            Tuple.EMPTY,
            Term.parse("[a|b]"),
            Term.parse("123456789012345678901234567890"),
            Term.parse("#{'__struct__' => 1}"),
            Term.parse("{ok,1}"));
    return terms.get(random.nextInt(terms.size()));
  }
}
