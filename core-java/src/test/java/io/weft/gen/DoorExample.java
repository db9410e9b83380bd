package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Weft;
import java.time.Duration;

/** The state machine of the README. */
final class DoorExample {
  private DoorExample() {}

  // README: begin
  sealed interface Door {
    record Code(String digits) implements Door, Request<Boolean> {}

    record Push() implements Door, Request<String> {}
  }

  enum State {
    LOCKED,
    OPEN
  }

  static Blueprint<Door> door(String secret) {
    return GenStateMachine.define(
        "door",
        State.class,
        Door.class,
        (on, self) -> {
          on.start(State.LOCKED);
          on.in(State.LOCKED)
              .call(
                  Door.Code.class,
                  (code, reply) ->
                      code.digits().equals(secret)
                          ? on.to(State.OPEN).reply(reply, true) // only a Boolean compiles here
                          : on.keep().reply(reply, false))
              .postpone(Door.Push.class); // pushed again when the state has changed
          on.in(State.OPEN)
              .enter(from -> on.keep().stateTimeout(Duration.ofSeconds(10)))
              .stateTimeout(() -> on.to(State.LOCKED))
              .call(Door.Code.class, code -> true)
              .call(Door.Push.class, push -> "come in");
        });
  }

  static String visit(Node node) {
    Address<Door> door = node.start(door("1234"));
    var pushed = Weft.callAsync(door, new Door.Push(), Duration.ofSeconds(5));
    boolean unlocked = Weft.call(door, new Door.Code("1234"), Duration.ofSeconds(5));
    return unlocked ? pushed.join() : "go away";
  }
  // README: end
}
