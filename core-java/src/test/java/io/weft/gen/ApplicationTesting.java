package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.Blueprint;
import io.weft.node.StartException;
import io.weft.term.Term;
import org.junit.jupiter.api.AfterEach;

/** Applications whose callbacks and processes tell what becomes of them. */
abstract class ApplicationTesting {
  final Troupe troupe = new Troupe();
  final Applications applications = Applications.of(troupe.nodes.node());

  @AfterEach
  void close() {
    troupe.close();
  }

  /** An application with one process of its name, whose callbacks are noted. */
  Application.Builder noted(String name) {
    return Application.define(name)
        .start(self -> {
          troupe.events.add("start " + name);
          return top(name);
        })
        .prepStop(self -> troupe.events.add("prep_stop " + name))
        .stop(self -> troupe.events.add("stop " + name));
  }

  Blueprint<Supervisor.Query> top(String name) {
    return Supervisor.define(name, children -> children.add(troupe.child(name)));
  }

  static Application.Builder bare(String name, Application.Start start) {
    return Application.define(name).start(start);
  }

  Term startFails(Application application) {
    return assertThrows(
            StartException.class, () -> applications.start(application, ApplicationType.TEMPORARY))
        .reason()
        .term();
  }
}
