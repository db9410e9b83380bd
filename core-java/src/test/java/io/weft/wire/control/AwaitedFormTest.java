package io.weft.wire.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.WireException;
import io.weft.wire.handshake.DistFlags;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How requests tell how long they are waited for, and whom they do not tell it. */
class AwaitedFormTest {
  private static final DistFlags AGREED = DistFlags.OFFERED_PUBLISHED.or(DistFlags.CALL_DEADLINES);
  private static final Pid PID = new Pid(Atom.of("a@h"), 1, 0, 1);
  private static final Term REQUEST = Term.parse("{'$gen_call', from, request}");
  private static final Term TOKEN = Term.parse("{0, label, 1, pid(a@h, 1, 0, 1), 0}");

  private static final List<Control.Traceable> REQUESTS =
      List.of(
          new Control.Send(PID, PID, REQUEST),
          new Control.Send(null, PID, REQUEST),
          new Control.RegSend(PID, Atom.of("server"), REQUEST));

  private static ControlCodec.WireForm form(Control signal, DistFlags flags) {
    return Objects.requireNonNull(ControlCodec.encode(signal, flags));
  }

  private static Control awaited(Control message) {
    return new Control.Awaited(message, TimeLeft.of(1_234_000));
  }

  private static void comesBack(Control signal) {
    var form = form(signal, AGREED);
    assertEquals(signal, ControlCodec.decode(form.control(), form.payload()));
  }

  @Test
  void aRequestThatIsAwaitedComesBackWithTheTime() {
    for (Control.Traceable request : REQUESTS) {
      comesBack(awaited(request));
      comesBack(awaited(new Control.Traced(request, TOKEN)));
    }
  }

  @Test
  void itIsTheMessageAsEverWithANumberOfItsOwnAndTheMicrosecondsBehind() {
    var form = form(awaited(REQUESTS.getFirst()), AGREED);
    assertEquals("{86,pid(a@h,1,0,1),pid(a@h,1,0,1),1234}", form.control().toString());
    assertEquals(REQUEST, form.payload());
  }

  @Test
  void aPeerThatDidNotAgreeGetsTheMessageAsEver() {
    for (Control.Traceable request : REQUESTS) {
      assertEquals(
          form(request, DistFlags.OFFERED_PUBLISHED),
          form(awaited(request), DistFlags.OFFERED_PUBLISHED));
    }
  }

  @Test
  void theTimeIsAskedWhenTheMessageGoesOutAndNeverNegative() {
    long[] left = {5_000_000};
    var request = new Control.Awaited(REQUESTS.getFirst(), () -> left[0]);
    assertEquals(Term.parse("5000"), form(request, AGREED).control().get(3));
    left[0] = -7;
    assertEquals(Term.parse("0"), form(request, AGREED).control().get(3));
  }

  @Test
  void whatIsNoTimeIsRefused() {
    for (String left : List.of("-1", "soon", "9223372036854775807", "1.0")) {
      Tuple control = Tuple.of(Term.parse("86"), PID, PID, Term.parse(left));
      assertThrows(WireException.class, () -> ControlCodec.decode(control, REQUEST), left);
    }
  }

  @Test
  void onlyMessagesAreAwaited() {
    assertThrows(
        IllegalArgumentException.class, () -> awaited(new Control.Exit(PID, PID, REQUEST)));
  }
}
