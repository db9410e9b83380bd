package io.weft.bench.jmh;

import io.weft.bench.stage.EventKind;
import io.weft.stage.EventCodec;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.wire.control.Control;
import io.weft.wire.frame.FrameDecoder;
import io.weft.wire.frame.FrameEncoder;
import io.weft.wire.frame.FrameLimits;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of events to the frames of a connection and back; what one event of it takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EventsBenchmark.BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventsBenchmark {
  static final int BATCH = 500;

  @Param public EventKind kind = EventKind.LONGS;

  private static final Pid NOBODY = new Pid(Atom.of("bench@localhost"), 1, 0, 1);

  private final FrameEncoder encoder = new FrameEncoder(DistFlags.OFFERED_PUBLISHED);
  private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
  private List<Object> events = List.of();
  private EventCodec<Object> codec = EventKind.LONGS.codec();
  private ByteBuffer frame = ByteBuffer.allocate(0);

  /** The first frame brings the atoms; all further ones refer to them. */
  @Setup
  public void prepare() {
    codec = kind.codec();
    events = kind.events(BATCH);
    decoder.receive(written());
    frame = written();
    if (!codec.encodeAll(decode()).equals(codec.encodeAll(events))) {
      throw new IllegalStateException("events were lost");
    }
  }

  private ByteBuffer written() {
    ByteBuffer whole = encode();
    ByteBuffer copy = ByteBuffer.allocate(whole.remaining() - Integer.BYTES);
    return copy.put(whole.position(Integer.BYTES + whole.position())).flip();
  }

  @Benchmark
  public ByteBuffer encode() {
    var message = new Control.Send(NOBODY, NOBODY, codec.encodeAll(events));
    var frames = Objects.requireNonNull(encoder.encode(message));
    ByteBuffer first = frames.next();
    if (frames.hasNext()) {
      throw new IllegalStateException("more than one frame");
    }
    return first;
  }

  @Benchmark
  public List<Object> decode() {
    return decoded(frame.duplicate());
  }

  private List<Object> decoded(ByteBuffer body) {
    if (decoder.receive(body) instanceof Control.Send send
        && send.message() instanceof ListTerm list) {
      return codec.decodeAll(list);
    }
    throw new IllegalStateException("no list of events");
  }
}
