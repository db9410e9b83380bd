package io.weft.bench.jmh;

import io.weft.etf.DecodeLimits;
import io.weft.etf.Etf;
import io.weft.etf.EtfDecoder;
import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfOutput;
import io.weft.term.Binary;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One term to bytes and back, the way a connection does it: into a buffer that is reused. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EtfBenchmark {

  /** What is typical of messages: a call, a struct, many numbers, and bulk data. */
  public enum Shape {
    CALL {
      @Override
      Term term() {
        return Term.parse("{'$gen_call', {client, [alias | tag]}, {add, 42}}");
      }
    },
    STRUCT {
      @Override
      Term term() {
        return Term.parse(
            "#{name => <<\"Joe Armstrong\">>, born => 1950, languages => [erlang, prolog], tall => true}");
      }
    },
    INTEGERS {
      @Override
      Term term() {
        return ListTerm.of(
            LongStream.range(0, 1000).mapToObj(n -> Terms.integer(n * n * n)).toArray(Term[]::new));
      }
    },
    BINARY_64K {
      @Override
      Term term() {
        return Binary.of(new byte[64 * 1024]);
      }
    };

    abstract Term term();
  }

  @Param public Shape shape = Shape.CALL;

  private final EtfOutput out = new EtfOutput();
  private Term term = Terms.nil();
  private byte[] bytes = new byte[0];

  @Setup
  public void prepare() {
    term = shape.term();
    bytes = Etf.encode(term);
  }

  @Benchmark
  public int encode() {
    out.reset();
    new EtfEncoder(out).versioned(term);
    return out.position();
  }

  @Benchmark
  public Term decode() {
    return new EtfDecoder(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT).versioned();
  }
}
