package io.weft.wire.frame;

import io.weft.etf.NodeAlias;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The signals that wait to be written to one connection, and the order in which their frames go
 * out. Not for use by several threads at once: the writer of a connection owns it.
 *
 * <p>Signals of one sender go out in the order in which they were added. A large message is written
 * fragment by fragment, in turn with other senders' large messages and with small ones, so that it
 * delays them little; the further signals of its own sender wait until its last fragment is out.
 */
public final class OutgoingFrames {

  /*
   * Turns. Signals wait in one queue until their first frame is due. A message that is cut opens a
   * lane: its fragments, then whatever else its sender has added, until nothing is left. The queue and
   * the lanes take turns of about one fragment's size: queue, lane A, queue, lane B, queue, ...
   *
   * Who is the sender. The process in the signal. SEND does not tell it, so all such messages count as
   * one sender's. A down signal for a monitored name does not tell it either, but must not overtake
   * what the process sent before it ended: it is held back until everything older is out.
   */

  /**
   * How much goes out in one turn, in bytes before they are compressed; a turn ends with the frame
   * that reaches it.
   */
  private static final int TURN_BYTES = FrameEncoder.FRAGMENT_BYTES;

  /** Stands for the senders that are not told. */
  private static final Term ANONYMOUS = Atom.of("");

  /** A signal and its place in the order of all signals. */
  private record Waiting(Control control, long arrival) {}

  /** What has to go out in order because a message of this sender has been cut. Never empty. */
  private static final class Lane {
    final Term sender;
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    OutgoingMessage message;
    long arrival;

    Lane(Term sender, OutgoingMessage message, long arrival) {
      this.sender = sender;
      this.message = message;
      this.arrival = arrival;
    }

    /** The arrival of the oldest signal that is not quite out. */
    long oldest() {
      return message.hasNext() ? arrival : waiting.getFirst().arrival();
    }

    boolean isDone() {
      return !message.hasNext() && waiting.isEmpty();
    }
  }

  private final DistFlags flags;
  private final FrameEncoder encoder;
  private final CompressedFrame.@Nullable Sender compression;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final ArrayDeque<Waiting> heldBack = new ArrayDeque<>();

  /** In the order of their turns. */
  private final LinkedHashMap<Term, Lane> lanes = new LinkedHashMap<>();

  /** Whose turn it is; null: the queue's. */
  private @Nullable Lane turn;

  private int turnBytes = TURN_BYTES;
  private long arrivals;
  private int size;

  /** What the last frame took before it was compressed. */
  private int plainBytes;

  /** The queue of a new connection. */
  public OutgoingFrames(DistFlags flags) {
    this(flags, FrameEncoder.FRAGMENT_BYTES);
  }

  /**
   * The queue of a new connection whose frames are compressed, each when its turn comes, if that
   * makes them smaller. Who may overtake whom is the same as without.
   *
   * @param compressor of an algorithm that was agreed on; whoever gives it closes it
   * @param thresholdBytes how large a frame is at least that is compressed
   * @param ofLevel gives one of the same algorithm for the messages of senders that wish another
   *     level, or the nearest there is
   */
  public OutgoingFrames(
      DistFlags flags, Compressor compressor, int thresholdBytes, IntFunction<Compressor> ofLevel) {
    this(
        flags,
        FrameEncoder.FRAGMENT_BYTES,
        new CompressedFrame.Sender(compressor, thresholdBytes, ofLevel));
    if (!flags.has(compressor.algorithm().flag())) {
      throw new IllegalArgumentException(compressor.algorithm() + " was not agreed on");
    }
  }

  /**
   * The queue of a new connection, with payloads cut at another size.
   *
   * @see FrameEncoder#FrameEncoder(DistFlags, int)
   */
  public OutgoingFrames(DistFlags flags, int fragmentBytes) {
    this(flags, fragmentBytes, null);
  }

  OutgoingFrames(DistFlags flags, int fragmentBytes, CompressedFrame.@Nullable Sender compression) {
    this.flags = flags;
    this.encoder = new FrameEncoder(flags, fragmentBytes);
    this.compression = compression;
  }

  /**
   * From now on what bears the inner name of {@code names} is written with the outer one.
   *
   * @param names null for a node that has one name
   */
  public void alias(@Nullable NodeAlias names) {
    encoder.alias(names);
  }

  /**
   * Adds a signal.
   *
   * @return false if the peer understands no form of it: it is dropped
   */
  public boolean add(Control control) {
    if (!ControlCodec.understood(control, flags)) {
      return false;
    }
    queue.add(new Waiting(control, ++arrivals));
    size++;
    return true;
  }

  /** How many signals wait, among them those of which some fragments are out. */
  public int size() {
    return size;
  }

  /** How many bytes less the frames took so far because they were compressed. */
  public long savedBytes() {
    return compression == null ? 0 : compression.savedBytes();
  }

  /** Whether nothing waits: {@link #next} would return null. */
  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * The next frame to write, its length of 32 bits included. The buffer is a view of memory that is
   * reused: its bytes must have been written, or copied, before the next call.
   *
   * @return null if nothing waits
   * @throws IllegalStateException if the next signal would take more than 2 GiB: it is dropped, and
   *     the others can still be taken
   */
  public @Nullable ByteBuffer next() {
    while (size > 0) {
      ByteBuffer frame = takeTurn();
      if (frame != null) {
        turnBytes -= plainBytes;
        return frame;
      }
    }
    return null;
  }

  /** Goes one step on: a frame, or null if no frame came of it. */
  private @Nullable ByteBuffer takeTurn() {
    Waiting held = heldBack.peek();
    if (held != null && nothingOlderThan(held)) {
      return start(heldBack.remove());
    }
    if (turnBytes <= 0 || (turn == null && queue.isEmpty())) {
      endTurn();
    }
    return turn == null ? nextOfQueue() : nextOf(turn);
  }

  private boolean nothingOlderThan(Waiting held) {
    return lanes.values().stream().allMatch(lane -> lane.oldest() > held.arrival());
  }

  private void endTurn() {
    turnBytes = TURN_BYTES;
    Map.Entry<Term, Lane> first = turn == null ? lanes.pollFirstEntry() : null;
    turn = null;
    if (first != null) {
      turn = first.getValue();
      lanes.putLast(first.getKey(), first.getValue());
    }
  }

  private @Nullable ByteBuffer nextOfQueue() {
    Waiting signal = queue.poll();
    if (signal == null) {
      return null;
    }
    if (isNamedDown(signal.control())) {
      heldBack.add(signal);
      return null;
    }
    Lane lane = lanes.get(sender(signal.control()));
    if (lane != null) {
      lane.waiting.add(signal);
      return null;
    }
    return start(signal);
  }

  private ByteBuffer start(Waiting signal) {
    OutgoingMessage message = encode(signal);
    ByteBuffer frame = next(message);
    if (message.hasNext()) {
      Term sender = sender(signal.control());
      lanes.put(sender, new Lane(sender, message, signal.arrival()));
    }
    return frame;
  }

  private ByteBuffer nextOf(Lane lane) {
    try {
      if (!lane.message.hasNext()) {
        Waiting signal = lane.waiting.remove();
        lane.message = encode(signal);
        lane.arrival = signal.arrival();
      }
      return next(lane.message);
    } finally {
      if (lane.isDone()) {
        lanes.remove(lane.sender);
        endTurn();
      }
    }
  }

  private OutgoingMessage encode(Waiting signal) {
    try {
      OutgoingMessage message = Objects.requireNonNull(encoder.encode(signal.control()));
      if (signal.control() instanceof Control.Wished wished) {
        message.wish(wished.compression());
      }
      return message;
    } catch (IllegalStateException e) {
      size--;
      throw e;
    }
  }

  private ByteBuffer next(OutgoingMessage message) {
    ByteBuffer frame = message.next();
    if (!message.hasNext()) {
      size--;
    }
    plainBytes = frame.remaining();
    return compression == null ? frame : compression.compress(frame, message);
  }

  private static boolean isNamedDown(Control control) {
    return control instanceof Control.MonitorExit exit && exit.target() instanceof Atom;
  }

  /** What tells the sender from others: its pid, a tuple with its name, or {@link #ANONYMOUS}. */
  private static Term sender(Control control) {
    return switch (control) {
      case Control.Link(Pid from, _) -> from;
      case Control.Unlink(_, Pid from, _) -> from;
      case Control.UnlinkAck(_, Pid from, _) -> from;
      case Control.Send(Pid from, _, _) -> from == null ? ANONYMOUS : from;
      case Control.RegSend(Pid from, _, _) -> from;
      case Control.AliasSend(Pid from, _, _) -> from;
      case Control.Exit(Pid from, _, _) -> from;
      case Control.Exit2(Pid from, _, _) -> from;
      case Control.Monitor(Pid from, _, _) -> from;
      case Control.Demonitor(Pid from, _, _) -> from;
      case Control.MonitorExit(Term target, _, _, _) ->
          target instanceof Pid ? target : Tuple.of(target);
      case Control.SpawnRequest request -> request.from();
      case Control.SpawnReply(_, _, _, Term result) -> result instanceof Pid ? result : ANONYMOUS;
      case Control.GroupLeader(Pid from, _) -> from;
      case Control.NodeLink() -> ANONYMOUS;
      case Control.Traced(Control plain, _) -> sender(plain);
      case Control.Awaited(Control plain, _) -> sender(plain);
      case Control.Wished(Control plain, _) -> sender(plain);
    };
  }
}
