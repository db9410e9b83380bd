package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.CallException;
import io.weft.node.StartException;
import io.weft.node.Weft;
import io.weft.term.Term;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** OTP semantics, 4: which applications there are, and what they are. */
class Application4InfoTest extends ApplicationTesting {
  @Test
  void loadingAndUnloadingDependOnWhatIsThere() {
    var shop = noted("shop").build();
    applications.load(shop);
    assertEquals(List.of("shop"), applications.loaded());
    assertEquals(
        Term.parse("{already_loaded, shop}"),
        assertThrows(StartException.class, () -> applications.load(shop)).reason().term());
    applications.start("shop", ApplicationType.TEMPORARY);
    assertEquals(
        Term.parse("{running, shop}"),
        assertThrows(StartException.class, () -> applications.unload("shop")).reason().term());
    assertEquals(
        Term.parse("{not_loaded, other}"),
        assertThrows(StartException.class, () -> applications.unload("other")).reason().term());
  }

  @Test
  void whatIsLoadedAndWhatRunsIsTold() {
    var lib = Application.define("lib").description("a library").version("1.2").build();
    var shop = noted("shop").dependsOn(lib).build();
    applications.load(noted("idle").build());
    applications.ensureAllStarted(shop, ApplicationType.PERMANENT);
    assertEquals(List.of("lib", "shop"), applications.running());
    assertEquals(
        new ApplicationInfo(
            "lib",
            "a library",
            "1.2",
            ApplicationInfo.State.RUNNING,
            ApplicationType.PERMANENT,
            null),
        applications.which().getFirst());
    assertEquals(List.of("idle", "lib", "shop"), applications.loaded());
    assertEquals(
        List.of(
            ApplicationInfo.State.LOADED,
            ApplicationInfo.State.RUNNING,
            ApplicationInfo.State.RUNNING),
        applications.info().stream().map(ApplicationInfo::state).toList());
    Application found = applications.find("shop").orElseThrow();
    assertEquals(shop, found);
    assertEquals(List.of(lib), found.dependencies());
    assertEquals(Optional.empty(), applications.find("nosuch"));
  }

  private Term ask(String request) {
    return Weft.callTerm(
        troupe.nodes.node().address("application_controller", "nonode@nohost"),
        Term.parse(request),
        Troupe.LONG);
  }

  @Test
  void foreignNodesAskTheApplicationController() {
    applications.start(
        Application.define("lib").description("a library").version("1.2").build(),
        ApplicationType.TEMPORARY);
    applications.load(noted("shop").build());
    assertEquals(Term.parse("[{lib, \"a library\", \"1.2\"}]"), ask("which_applications"));
    assertEquals(Term.parse("ok"), ask("{start_application, shop, transient}"));
    assertEquals(
        Term.parse("{error, {already_started, shop}}"),
        ask("{start_application, shop, temporary}"));
    assertEquals(
        Term.parse("[{shop, [], []}, {lib, \"a library\", \"1.2\"}]"), ask("which_applications"));
    assertEquals(
        Term.parse("{error, {not_loaded, nosuch}}"), ask("{start_application, nosuch, temporary}"));
    assertEquals(Term.parse("{error, {running, shop}}"), ask("{unload_application, shop}"));
    assertEquals(Term.parse("ok"), ask("{stop_application, shop}"));
    assertEquals(Term.parse("{error, {not_started, shop}}"), ask("{stop_application, shop}"));
    assertEquals(Term.parse("{error, {already_loaded, shop}}"), ask("{load_application, shop}"));
    assertEquals(
        Term.parse("{error, {\"no such file or directory\", \"nosuch.app\"}}"),
        ask("{load_application, nosuch}"));
    assertEquals(Term.parse("local"), ask("{start_type, shop}"));
    assertEquals(
        Term.parse(
            "[{loaded, [{lib, \"a library\", \"1.2\"}, {shop, [], []}]}, {loading, []},"
                + " {started, [{lib, temporary}]}, {start_p_false, []},"
                + " {running, [{lib, undefined}]}, {starting, []}]"),
        ask("info"));
    assertThrows(CallException.class, () -> ask("what"));
  }
}
