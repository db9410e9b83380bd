package io.weft.mapping;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.mapping.Orders.Answer;
import io.weft.mapping.Orders.Cart;
import io.weft.mapping.Orders.Item;
import io.weft.mapping.Orders.Json;
import io.weft.mapping.Orders.Kinds;
import io.weft.mapping.Orders.Maybe;
import io.weft.mapping.Orders.Nest;
import io.weft.mapping.Orders.Options;
import io.weft.mapping.Orders.Order;
import io.weft.mapping.Orders.Page;
import io.weft.mapping.Orders.Place;
import io.weft.mapping.Orders.SetColour;
import io.weft.mapping.Orders.Shop;
import io.weft.mapping.Orders.Sku;
import io.weft.mapping.Orders.Speed;
import io.weft.mapping.Orders.Total;
import io.weft.mapping.Orders.Tree;
import io.weft.mapping.Orders.Upload;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Records, sealed interfaces and enums as terms, both ways. */
class TermMappingTest {
  private static Term term(String text) {
    return Term.parse(text);
  }

  private static <T> void bothWays(TermForm<T> form, T value, String text) {
    assertEquals(term(text), form.toTerm(value));
    assertEquals(value, form.fromTerm(term(text)));
    assertEquals(value, form.fromBytes(form.toBytes(value)));
    assertEquals(value, form.fromBytes(form.toCompressedBytes(value, 9)));
  }

  private static <T> void bothWays(Class<T> type, T value, String text) {
    bothWays(TermMapping.standard().form(type), value, text);
  }

  private static String refusal(TermForm<?> form, String text) {
    return String.valueOf(
        assertThrows(MisfitException.class, () -> form.fromTerm(term(text))).getMessage());
  }

  private static String refusal(Class<?> type, String text) {
    return refusal(TermMapping.standard().form(type), text);
  }

  private static String unmappable(Class<?> type) {
    return unmappable(TermMapping.standard(), type);
  }

  private static String unmappable(TermMapping mapping, Class<?> type) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> mapping.form(type)).getMessage());
  }

  @Nested
  class Forms {
    @Test
    void aCaseIsATaggedTuple() {
      bothWays(Shop.class, new Shop.SetPrice(7, 100), "{set_price,7,100}");
      bothWays(Shop.class, new Shop.Get(), "get");
      bothWays(Shop.class, new Shop.ListAll("new"), "{list_all,new}");
      var pid = new Pid(Atom.of("a@h"), 1, 2, 3);
      bothWays(Shop.class, new Shop.Leave(pid, term("{x,[1]}")), "{'EXIT'," + pid + ",{x,[1]}}");
      bothWays(Shop.class, Shop.Switch.HalfOff, "{switch,half_off}");
      assertEquals(new Shop.Get(), TermMapping.standard().form(Shop.class).fromTerm(term("{get}")));
    }

    @Test
    void aCaseMayKeepItsComponentsUnderKeys() {
      bothWays(Shop.class, new Shop.Moved(1, 2), "{moved,#{to_x => 1, 'to-y' => 2}}");
      bothWays(
          Shop.class,
          new Shop.Listen("a", 80, true),
          "{listen,[{host,<<\"a\">>},{port,80},{tls,true}]}");
      var form = TermMapping.standard().form(Shop.class);
      assertEquals(
          new Shop.Listen("a", 80, true),
          form.fromTerm(term("{listen,[tls,{port,80},{host,\"a\"},{port,81}]}")));
    }

    @Test
    void aCaseThatIsAStructIsToldByItsModule() {
      bothWays(
          Shop.class,
          new Shop.Refund(7, null),
          "#{'__struct__' => 'Elixir.Shop.Refund', id => 7, why => nil}");
    }

    @Test
    void anyOtherRecordIsAMap() {
      bothWays(
          Item.class,
          new Item("x", 2.5, null),
          "#{sku => <<\"x\">>, unit_price => 2.5, note => undefined}");
      bothWays(
          Order.class,
          new Order(
              7,
              List.of(new Item("x", 1, "n")),
              Map.of("x", 3),
              Optional.of(new Place(52.5, 13.4, Optional.of("B"))),
              Speed.VERY_FAST),
          "#{id => 7, items => [#{sku => <<\"x\">>, unit_price => 1.0, note => <<\"n\">>}],"
              + " counts => #{<<\"x\">> => 3}, where => {52.5,13.4,<<\"B\">>}, speed => very_fast}");
    }

    @Test
    void recordsAreTuplesWhereMarked() {
      bothWays(Place.class, new Place(1, 2, Optional.empty()), "{1.0,2.0,undefined}");
      assertEquals(
          new Place(1, 2, Optional.empty()),
          TermMapping.standard().form(Place.class).fromTerm(term("{1,2.0}")));
      var form = TermMapping.standard().form(SetColour.class);
      assertEquals(
          term("{set_colour,red,[1,2]}"), form.toTerm(new SetColour(Atom.of("red"), 1, 2)));
      assertArrayEquals(new int[] {3}, form.fromTerm(term("{set_colour,red,[3]}")).shades());
    }

    @Test
    void aWrapperIsWhatItHolds() {
      bothWays(Sku.class, new Sku("x"), "<<\"x\">>");
    }

    @Test
    void enumsAreAtoms() {
      bothWays(Speed.class, Speed.SLOW, "slow");
      bothWays(Speed.class, Speed.WARP, "'WARP'");
    }

    @Test
    void structsSayNil() {
      bothWays(
          Cart.class,
          new Cart(null, Arrays.asList(new Sku("x"), null), Map.of("eur", 5L)),
          "#{'__struct__' => 'Elixir.Shop.Cart', owner => nil, skus => [<<\"x\">>,nil],"
              + " sums => #{eur => 5}}");
    }

    @Test
    void simpleTypes() {
      var form = TermMapping.standard().form(Kinds.class);
      var value =
          new Kinds(
              (byte) -1,
              (short) 300,
              'a',
              0.5f,
              true,
              9L,
              new byte[] {1, -1},
              Set.of(Speed.SLOW),
              Map.of("a", 1));
      Term expected =
          term(
              "#{b => -1, s => 300, c => 97, f => 0.5, yes => true, boxed => 9,"
                  + " bytes => <<1,255>>, speeds => [slow], keywords => [{a,1}]}");
      assertEquals(expected, form.toTerm(value));
      Kinds back = form.fromTerm(expected);
      assertArrayEquals(value.bytes(), back.bytes());
      assertEquals(expected, form.toTerm(back));
      bothWays(
          Total.class,
          new Total(1, BigInteger.TWO.pow(80)),
          "#{cents => 1, all => " + BigInteger.TWO.pow(80) + "}");
      bothWays(new TermType<@EtfCharlist String>() {}, "grün", "\"grün\"");
      bothWays(new TermType<List<List<Atom>>>() {}, List.of(List.of(Atom.OK)), "[[ok]]");
      bothWays(new TermType<Binary>() {}, Binary.utf8("x"), "<<\"x\">>");
    }

    private <T> void bothWays(TermType<T> type, T value, String text) {
      TermMappingTest.bothWays(TermMapping.standard().form(type), value, text);
    }

    private <T> void bothWays(Class<T> type, T value, String text) {
      TermMappingTest.bothWays(type, value, text);
    }

    @Test
    void genericsAndTypesThatContainThemselves() {
      bothWays(
          new TermType<Tree<Sku>>() {},
          new Tree.Fork<>(new Tree.Leaf<>(new Sku("a")), new Tree.Leaf<>(new Sku("b"))),
          "{fork,{leaf,<<\"a\">>},{leaf,<<\"b\">>}}");
      bothWays(
          new TermType<Page<@EtfAtom String>>() {},
          new Page<>(List.of("a"), OptionalLong.of(2)),
          "#{rows => [a], next => 2}");
      bothWays(Nest.class, new Nest(new Nest(null)), "#{inner => #{inner => undefined}}");
    }

    @Test
    void casesWithOneTagAreToldByTheirNumberOfFields() {
      var type = new TermType<Answer<Long>>() {};
      bothWays(type, new Answer.Done<>(), "ok");
      bothWays(type, new Answer.Value<>(5L), "{ok,5}");
      bothWays(type, new Answer.Error<>("enoent"), "{error,enoent}");
      assertEquals(
          "$: expected 0 fields of ok, found {ok,1,2}",
          refusal(TermMapping.standard().form(type), "{ok,1,2}"));
    }

    @Test
    void apartFromItsMapARecordMayKeepTheRest() {
      bothWays(
          Json.class,
          new Json("a", 1, Map.of("more", term("[x]"))),
          "#{<<\"name\">> => <<\"a\">>, <<\"size\">> => 1, <<\"more\">> => [x]}");
      bothWays(
          Options.class,
          new Options("h", OptionalLong.empty(), true, Map.of(Atom.of("extra"), term("1"))),
          "[{host,\"h\"},{timeout,undefined},{verbose,true},{extra,1}]");
      assertEquals(
          new Options("h", OptionalLong.empty(), true, Map.of(Atom.of("x"), Atom.TRUE)),
          TermMapping.standard()
              .form(Options.class)
              .fromTerm(term("[verbose,{host,<<\"h\">>},x,{x,2}]")));
    }

    @Test
    void aPackedValueOrAPropertyListMayBeAbsent() {
      bothWays(
          Maybe.class,
          new Maybe(null, null, Optional.empty()),
          "#{packed => undefined, keywords => undefined, text => undefined}");
      var form = TermMapping.standard().form(Maybe.class);
      var there = new Maybe(List.of(1), Map.of("a", 1), Optional.of("t"));
      assertEquals(there, form.fromTerm(form.toTerm(there)));
    }

    @Test
    void aPackedValueIsATermInABinary() {
      var form = TermMapping.standard().form(Upload.class);
      var rows = List.of("same text ".repeat(20), "same text ".repeat(20));
      Term packed = form.toTerm(new Upload("u", rows));
      assertEquals(new Upload("u", rows), form.fromTerm(packed));
      assertTrue(
          packed instanceof io.weft.term.MapTerm map
              && map.get(Atom.of("rows")) instanceof Binary binary
              && binary.byteAt(1) == 80
              && binary.size() < 100,
          packed::toString);
    }
  }

  @Nested
  class Choices {
    @Test
    void unknownKeysAreRefusedOrSkipped() {
      String text = "#{sku => <<\"x\">>, unit_price => 1.0, colour => red}";
      assertEquals(
          "$: unknown key colour, expected only note, sku, unit_price", refusal(Item.class, text));
      var lenient = TermMapping.builder().ignoreUnknownKeys().build();
      assertEquals(new Item("x", 1, null), lenient.form(Item.class).fromTerm(term(text)));
      var strictFor =
          TermMapping.builder()
              .ignoreUnknownKeys()
              .type(Item.class, TypeOptions::failOnUnknownKeys)
              .build();
      assertTrue(refusal(strictFor.form(Item.class), text).contains("unknown key colour"));
      var lenientFor =
          TermMapping.builder().type(Item.class, TypeOptions::ignoreUnknownKeys).build();
      assertEquals(new Item("x", 1, null), lenientFor.form(Item.class).fromTerm(term(text)));
    }

    @Test
    void aTypeMayLookOtherwiseThanItsAnnotationsSay() {
      var mapping =
          TermMapping.builder()
              .type(Place.class, as -> as.map(EtfKeys.BINARIES).key("lat", "latitude"))
              .type(Item.class, as -> as.record().tag("thing").defaultValue("unitPrice", 1.5))
              .type(Shop.SetPrice.class, as -> as.tag("price!"))
              .build();
      bothWays(
          mapping.form(Place.class),
          new Place(1, 2, Optional.empty()),
          "#{<<\"latitude\">> => 1.0, <<\"lon\">> => 2.0, <<\"name\">> => undefined}");
      bothWays(mapping.form(Item.class), new Item("x", 2, null), "{thing,<<\"x\">>,2.0,undefined}");
      assertEquals(
          new Item("x", 1.5, null), mapping.form(Item.class).fromTerm(term("{thing,<<\"x\">>}")));
      bothWays(mapping.form(Shop.class), new Shop.SetPrice(1, 2), "{'price!',1,2}");
      var struct = TermMapping.builder().type(Item.class, as -> as.struct("Item")).build();
      bothWays(
          struct.form(Item.class),
          new Item("x", 2, null),
          "#{'__struct__' => 'Elixir.Item', sku => <<\"x\">>, unit_price => 2.0, note => nil}");
    }

    @Test
    void whatIsAbsentIsWrittenOrLeftOut() {
      var nil = TermMapping.builder().nothing(Atom.of("nil")).build();
      bothWays(
          nil.form(Item.class),
          new Item("x", 2, null),
          "#{sku => <<\"x\">>, unit_price => 2.0, note => nil}");
      var brief = TermMapping.builder().omitAbsent().build();
      bothWays(
          brief.form(Item.class), new Item("x", 2, null), "#{sku => <<\"x\">>, unit_price => 2.0}");
      bothWays(brief.form(Place.class), new Place(1, 2, Optional.empty()), "{1.0,2.0,undefined}");
    }

    @Test
    void namesMayStayAsTheyAre() {
      var mapping = TermMapping.builder().names(NamingStrategy.AS_WRITTEN).build();
      bothWays(mapping.form(Shop.class), new Shop.SetPrice(1, 2), "{'SetPrice',1,2}");
      bothWays(mapping.form(Speed.class), Speed.VERY_FAST, "'VERY_FAST'");
      for (String name : List.of("addItem", "AddItem", "add_item", "Add_Item")) {
        assertEquals("add_item", NamingStrategy.SNAKE_CASE.nameOf(name));
      }
      assertEquals("http_port", NamingStrategy.SNAKE_CASE.nameOf("HTTPPort"));
      assertEquals("v2_get", NamingStrategy.SNAKE_CASE.nameOf("v2Get"));
    }

    interface Plugin {}

    record Wasm(int size) implements Plugin {}

    record Lua(String text) implements Plugin {}

    @Test
    void anOpenInterfaceHasTheCasesThatAreNamed() {
      assertTrue(unmappable(Plugin.class).contains("is no record, enum or sealed interface"));
      var mapping = TermMapping.builder().cases(Plugin.class, Wasm.class, Lua.class).build();
      bothWays(mapping.form(Plugin.class), new Lua("x"), "{lua,<<\"x\">>}");
    }

    record Money(long cents) {}

    record Bill(Money sum) {}

    @Test
    void aFormByHandIsUsedWhereverItsTypeIs() {
      var money =
          TermForm.of(
              (Money it) -> Terms.integer(it.cents()),
              term -> {
                if (term instanceof io.weft.term.IntTerm(long cents)) {
                  return new Money(cents);
                }
                throw new TermMappingException("not a sum of money");
              });
      var mapping = TermMapping.builder().form(Money.class, money).build();
      bothWays(mapping.form(Bill.class), new Bill(new Money(5)), "#{sum => 5}");
      assertEquals(
          "$.sum: not a sum of money, found x", refusal(mapping.form(Bill.class), "#{sum => x}"));
    }
  }

  @Nested
  class Refusals {
    @Test
    void tellThePlace() {
      assertEquals(
          "$.items[1].unitPrice: expected a float, found foo",
          refusal(
              Order.class,
              "#{id => 1, items => [#{sku => <<\"x\">>, unit_price => 1},"
                  + " #{sku => <<\"x\">>, unit_price => foo}], counts => #{}, speed => slow}"));
      assertEquals(
          "$.counts[<<\"k\">>]: expected an integer, found x",
          refusal(
              Order.class, "#{id => 1, items => [], counts => #{<<\"k\">> => x}, speed => slow}"));
      assertEquals(
          "$.counts[key 0]: expected a string, found k",
          refusal(Order.class, "#{id => 1, items => [], counts => #{k => 1}, speed => slow}"));
      var misfit =
          assertThrows(
              MisfitException.class,
              () -> TermMapping.standard().form(Shop.class).fromTerm(term("{set_price,1,x}")));
      assertEquals("$.cents", misfit.path());
      assertEquals("expected an integer, found x", misfit.problem());
    }

    @Test
    void ofWhatIsOfAnotherKind() {
      assertEquals(
          "$: key speed is missing",
          refusal(Order.class, "#{id => 1, items => [], counts => #{}}"));
      assertEquals("$: expected a map, found [1|2]", refusal(Order.class, "[1|2]"));
      assertEquals(
          "$: expected one of slow, very_fast, 'WARP', found fast", refusal(Speed.class, "fast"));
      assertTrue(
          refusal(Shop.class, "{nothing}").startsWith("$: expected one of set_price, get, "));
      assertTrue(refusal(Shop.class, "#{}").contains("%'Elixir.Shop.Refund'{}, found #{}"));
      assertEquals(
          "$: expected 2 fields of set_price, found set_price", refusal(Shop.class, "set_price"));
      assertEquals("$: expected a tuple of 2 to 3, found {1}", refusal(Place.class, "{1}"));
      assertEquals(
          "$: expected a tuple tagged set_colour, found {x,1}", refusal(SetColour.class, "{x,1}"));
      assertEquals(
          "$.b: expected an integer of -128 to 127, found 128",
          refusal(
              Kinds.class,
              "#{b => 128, s => 300, c => 97, f => 0.5, yes => true, boxed => 9,"
                  + " bytes => <<1,255>>, speeds => [slow], keywords => []}"));
      assertTrue(refusal(Sku.class, "<<255>>").contains("expected text in UTF-8"));
      assertTrue(refusal(Sku.class, "[55357]").contains("expected a string"));
      assertEquals("$: expected a property list, found #{}", refusal(Options.class, "#{}"));
      assertEquals("$[0]: expected a pair or an atom, found 1", refusal(Options.class, "[1]"));
      assertEquals(
          "$: expected a struct of 'Elixir.Shop.Cart', found #{owner=>nil}",
          refusal(Cart.class, "#{owner => nil}"));
    }

    @Test
    void ofWhatAConstructorRefuses() {
      assertEquals("$: a sku must not be empty, found <<>>", refusal(Sku.class, "<<>>"));
    }

    @Test
    void ofValuesWithoutATerm() {
      var items = TermMapping.standard().form(Item.class);
      assertEquals(
          "$.unitPrice: NaN is no float of Erlang",
          assertThrows(MisfitException.class, () -> items.toTerm(new Item("x", Double.NaN, null)))
              .getMessage());
      assertEquals(
          "$.sku: text with half of a surrogate pair",
          assertThrows(MisfitException.class, () -> items.toTerm(new Item("\uD83D", 1, null)))
              .getMessage());
      bothWays(Sku.class, new Sku("\uD83D\uDE00"), "<<\"\uD83D\uDE00\"/utf8>>");
    }

    @Test
    void ofNullWhereNothingMayBeAbsent() {
      var form = TermMapping.standard().form(new TermType<List<Sku>>() {});
      assertTrue(
          String.valueOf(
                  assertThrows(
                          MisfitException.class, () -> form.toTerm(Arrays.asList(new Sku[] {null})))
                      .getMessage())
              .startsWith("$[0]: null, where nothing may be absent"));
      assertEquals(
          "$.owner: expected a string, found 1",
          refusal(
              Cart.class,
              "#{'__struct__' => 'Elixir.Shop.Cart', owner => 1, skus => [], sums => #{}}"));
    }

    @Test
    void ofWhatIsNestedTooDeeplyBothWays() {
      Term deep = Atom.UNDEFINED;
      Nest value = new Nest(null);
      for (int i = 0; i < 10_000; i++) {
        deep = Terms.map(Atom.of("inner"), deep);
        value = new Nest(value);
      }
      var form = TermMapping.standard().form(Nest.class);
      Term tooDeep = deep;
      Nest nested = value;
      assertTrue(
          String.valueOf(
                  assertThrows(MisfitException.class, () -> form.fromTerm(tooDeep)).getMessage())
              .endsWith("nested deeper than 256 levels"));
      assertThrows(MisfitException.class, () -> form.toTerm(nested));
    }

    @Test
    void ofHugeTermsAreShort() {
      Term huge = Terms.list(java.util.Collections.nCopies(1_000_000, Atom.OK));
      String message =
          String.valueOf(
              assertThrows(
                      MisfitException.class,
                      () -> TermMapping.standard().form(Item.class).fromTerm(huge))
                  .getMessage());
      assertTrue(message.length() < 300, message);
    }

    @Test
    void ofABombInABinary() {
      byte[] bomb = io.weft.etf.Etf.encodeCompressed(Binary.wrap(new byte[1_000_000]), 9);
      Term term = Terms.map(Atom.of("name"), Binary.EMPTY, Atom.of("rows"), Binary.wrap(bomb));
      var small = new io.weft.etf.DecodeLimits(100_000, 100, 100);
      var form = TermMapping.builder().limits(small).build().form(Upload.class);
      var refusal = assertThrows(MisfitException.class, () -> form.fromTerm(term));
      assertEquals("$.rows", refusal.path());
      assertTrue(refusal.problem().contains("memory limit"), refusal.problem());
    }

    record Parts(List<@EtfPacked(thresholdBytes = 0) byte[]> unused) {}

    record Files(List<@EtfPacked(thresholdBytes = 0) String> all) {}

    @Test
    void ofManySmallBombsInOneMessage() {
      Term one = Binary.wrap(io.weft.etf.Etf.encodeCompressed(Binary.wrap(new byte[60_000]), 9));
      var small = new io.weft.etf.DecodeLimits(200_000, 100, 100);
      var form = TermMapping.builder().limits(small).build().form(Files.class);
      assertEquals(1, form.fromTerm(Terms.map(Atom.of("all"), Terms.list(one))).all().size());
      var refusal =
          assertThrows(
              MisfitException.class,
              () -> form.fromTerm(Terms.map(Atom.of("all"), Terms.list(one, one, one, one))));
      assertTrue(refusal.path().startsWith("$.all["), refusal.path());
    }
  }

  @Nested
  class Types {
    record Holder(Thread thread) {}

    @EtfTuple
    @EtfValue
    record Both(int x) {}

    record Twice(int a, @EtfTag("a") int b) {}

    sealed interface Twins {
      @EtfTag("stop")
      record One(int x) implements Twins {}

      @EtfTag("stop")
      record Other(String y) implements Twins {}
    }

    record Raw(@SuppressWarnings("rawtypes") List list) {}

    record NoText(@EtfAtom int x) {}

    @Test
    void withoutAFormAreToldWithThePlaceAndTheWayOut() {
      assertEquals(
          "Holder.thread: java.lang.Thread has no form as a term: it is no record, enum or sealed"
              + " interface of these. Give it one: TermMapping.builder().form(Thread.class, ..)",
          unmappable(Holder.class));
      assertTrue(unmappable(Both.class).contains("more than one form"));
      assertTrue(unmappable(Twice.class).contains("has two components for a"));
      assertTrue(unmappable(Twins.class).contains("has two cases for stop"));
      assertTrue(unmappable(Raw.class).contains("give it its type arguments"));
      assertTrue(unmappable(NoText.class).contains("is no String"));
      assertTrue(unmappable(Page.class).contains("new TermType"));
      assertTrue(
          unmappable(
                  TermMapping.builder().type(Item.class, as -> as.key("x", "y")).build(),
                  Item.class)
              .contains("has no component x"));
      assertTrue(
          unmappable(
                  TermMapping.builder()
                      .type(Item.class, as -> as.defaultValue("unitPrice", "cheap"))
                      .build(),
                  Item.class)
              .contains("no place for the default cheap"));
    }
  }

  @Nested
  class Codecs {
    private final TermCodec<Shop> codec = TermMapping.codecOf(Shop.class);

    @Test
    void aReplyHasTheFormOfItsRequestsReplyType() {
      var find = new Shop.Find("x");
      assertEquals(term("undefined"), codec.encodeReply(find, Optional.empty()));
      assertEquals(Optional.empty(), codec.decodeReply(find, term("nil")));
      Term item = term("#{sku => <<\"x\">>, unit_price => 1.0, note => undefined}");
      assertEquals(item, codec.encodeReply(find, Optional.of(new Item("x", 1, null))));
      assertEquals(Optional.of(new Item("x", 1, null)), codec.decodeReply(find, item));
      assertEquals(
          List.of(new Item("x", 1, null)),
          codec.decodeReply(new Shop.ListAll("all"), Terms.list(item)));
      assertEquals(Atom.TRUE, codec.encodeReply(Shop.Switch.ON, true));
    }

    @Test
    void requestsMayBeCallsOfTheFunctionsOfAModule() {
      var functions = TermMapping.standard().functions("shop", Shop.class);
      assertEquals(term("{shop,set_price,[1,2]}"), functions.encode(new Shop.SetPrice(1, 2)));
      assertEquals(new Shop.SetPrice(1, 2), functions.decode(term("{shop,set_price,[1,2]}")));
      assertEquals(term("{shop,get,[]}"), functions.encode(new Shop.Get()));
      assertEquals(new Shop.Get(), functions.decode(term("{shop,get,[]}")));
      assertEquals(term("undefined"), functions.encodeReply(new Shop.Find("x"), Optional.empty()));
      for (String other : List.of("{stock,get,[]}", "{shop,get}", "{shop,get,[1]}")) {
        assertThrows(MisfitException.class, () -> functions.decode(term(other)));
      }
      assertThrows(MisfitException.class, () -> functions.encode(new Shop.Refund(1, null)));
    }

    @Test
    void whatIsNoRequestHasNoReply() {
      assertTrue(
          String.valueOf(
                  assertThrows(
                          TermMappingException.class,
                          () -> codec.encodeReply(new Shop.SetPrice(1, 2), 1))
                      .getMessage())
              .contains("is no Request"));
      assertThrows(
          TermMappingException.class, () -> codec.encodeReply(new Shop.Find("x"), "no item"));
    }
  }
}
