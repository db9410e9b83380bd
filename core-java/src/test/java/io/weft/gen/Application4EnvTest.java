package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** OTP semantics, 4: the configuration of applications. */
class Application4EnvTest extends ApplicationTesting {
  @Test
  void aValueSetGoesBeforePropertiesBeforeTheNodesConfigurationBeforeTheDefinition() {
    Map<String, String> properties = new ConcurrentHashMap<>();
    Map<String, String> variables = new ConcurrentHashMap<>();
    var env = new ApplicationEnv(properties::get, variables::get);
    env.load(Application.define("my-shop").env("port", 1).build());
    assertEquals(Optional.of(1), env.get("my-shop", "port", Integer.class));
    env.configure("my-shop", Map.of("port", 2));
    assertEquals(Optional.of(2), env.get("my-shop", "port", Integer.class));
    variables.put("WEFT_MY_SHOP_PORT", "3");
    assertEquals(Optional.of(3), env.get("my-shop", "port", Integer.class));
    properties.put("weft.my-shop.port", "4");
    assertEquals(Optional.of(4), env.get("my-shop", "port", Integer.class));
    env.set("my-shop", "port", 5);
    assertEquals(Optional.of(5), env.get("my-shop", "port", Integer.class));
    env.unset("my-shop", "port");
    assertEquals(Optional.of(4), env.get("my-shop", "port", Integer.class));
  }

  @Test
  void aValueThatIsSetSurvivesStopButNotUnload() {
    var shop = noted("shop").env("port", 1).build();
    applications.start(shop, ApplicationType.TEMPORARY);
    applications.setEnv("shop", "port", 2);
    applications.stop("shop");
    assertEquals(Optional.of(2), applications.env("shop", "port", Integer.class));
    applications.unload("shop");
    assertEquals(Optional.empty(), applications.env("shop", "port", Integer.class));
    applications.load(shop);
    assertEquals(Optional.of(1), applications.env("shop", "port", Integer.class));
  }

  @Test
  void aValueOfAnotherTypeIsRefused() {
    applications.setEnv("shop", "port", "eighty");
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> applications.env("shop", "port", Integer.class));
    assertEquals(
        "the value of shop.port is to be a java.lang.Integer, not eighty", refused.getMessage());
    applications.setEnv("shop", "wait", "PT2S");
    assertEquals(
        Optional.of(Duration.ofSeconds(2)), applications.env("shop", "wait", Duration.class));
  }

  @Test
  void theConfigurationIsThereInTheStart() {
    applications.configure("shop", Map.of("greeting", "hello"));
    applications.start(
        noted("shop")
            .env("greeting", "default")
            .start(self -> {
              troupe.events.add(self.env("greeting", String.class).orElseThrow());
              return top("shop");
            })
            .build(),
        ApplicationType.TEMPORARY);
    assertEquals(List.of("hello", "+shop"), troupe.take(2));
  }

  @Test
  void theNodesOptionsConfigureAsAConfigFileDoesUnderWhatIsSet() {
    Node node =
        Node.start(
            NodeOptions.builder("nonode@nohost")
                .env("shop", "port", 2)
                .env("shop", Map.of("greeting", "hello"))
                .build());
    try (var test = new TestNode(node)) {
      Applications on = Applications.of(node);
      on.load(noted("shop").env("port", 1).env("size", 5).build());
      assertEquals(Optional.of(2), on.env("shop", "port", Integer.class));
      assertEquals(Map.of("port", 2, "greeting", "hello", "size", 5), on.allEnv("shop"));
      on.setEnv("shop", "port", 3);
      assertEquals(Map.of("port", 3, "greeting", "hello", "size", 5), on.allEnv("shop"));
      on.unload("shop");
      assertEquals(Map.of("port", 2, "greeting", "hello"), on.allEnv("shop"));
    }
  }

  @Test
  void theConfigurationOfIncludedApplicationsComesAndGoesWithTheOneThatIncludesThem() {
    var part = noted("part").env("size", 1).build();
    applications.load(noted("whole").includes(part).build());
    assertEquals(Optional.of(1), applications.env("part", "size", Integer.class));
    applications.unload("whole");
    assertEquals(Optional.empty(), applications.env("part", "size", Integer.class));
  }

  @Test
  void aValueThatAForeignNodeSetsIsReadAsWhatItIs() {
    var controller = troupe.nodes.node().address("application_controller", "nonode@nohost");
    for (String request :
        List.of(
            "{set_env, shop, port, 80, []}",
            "{set_env, [{shop, [{name, \"Erlang\"}, {open, true}]}, {other, [{mode, fast}]}], []}",
            "{set_env, shop, binary, <<\"text\">>, []}",
            "{set_env, shop, price, 2.5, []}")) {
      assertEquals(Atom.OK, Weft.callTerm(controller, Term.parse(request), Troupe.LONG));
    }
    assertEquals(Optional.of(80), applications.env("shop", "port", Integer.class));
    assertEquals(Optional.of(80L), applications.env("shop", "port", Long.class));
    assertEquals(Optional.of("Erlang"), applications.env("shop", "name", String.class));
    assertEquals(Optional.of(true), applications.env("shop", "open", Boolean.class));
    assertEquals(Optional.of("fast"), applications.env("other", "mode", String.class));
    assertEquals(Optional.of("text"), applications.env("shop", "binary", String.class));
    assertEquals(Optional.of(2.5), applications.env("shop", "price", Double.class));
    assertEquals(Optional.of(IntTerm.of(80)), applications.env("shop", "port", Term.class));
    assertEquals(
        Atom.OK, Weft.callTerm(controller, Term.parse("{unset_env, shop, port, []}"), Troupe.LONG));
    assertEquals(Optional.empty(), applications.env("shop", "port", Integer.class));
  }
}
