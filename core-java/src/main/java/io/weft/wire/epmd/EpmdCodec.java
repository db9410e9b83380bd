package io.weft.wire.epmd;

import io.weft.wire.WireException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of EPMD's requests and answers. A request has a length of 16 bits in front; an answer has
 * none: a client gives what it has received so far to the method for the answer that it waits for.
 */
public final class EpmdCodec {

  /** The port at which EPMD listens by default. */
  public static final int DEFAULT_PORT = 4369;

  /** The largest request, without its length, in bytes; larger ones are refused. */
  public static final int MAX_REQUEST_BYTES = 4096;

  /** The largest answer, in bytes; larger ones are refused. */
  public static final int MAX_ANSWER_BYTES = 1 << 20;

  private EpmdCodec() {}

  /** The request, with its length of 16 bits in front. */
  public static ByteBuffer encode(EpmdRequest request) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a request.
   *
   * @param body all of it, without the length in front
   * @throws WireException if it is not a request of those known here
   */
  public static EpmdRequest decodeRequest(ByteBuffer body) {
    throw new UnsupportedOperationException();
  }

  /**
   * The answer to a request.
   *
   * @param request what is answered: the form of {@link EpmdAnswer.Registered} depends on it
   */
  public static ByteBuffer encode(EpmdAnswer answer, EpmdRequest request) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the answer to {@link EpmdRequest.Register}.
   *
   * @param received all bytes received so far; its position is not moved
   * @return null if more bytes have to come
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.@Nullable Registered decodeRegistered(ByteBuffer received) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the answer to {@link EpmdRequest.Lookup}.
   *
   * @param received all bytes received so far; its position is not moved
   * @return null if more bytes have to come
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.@Nullable Port decodePort(ByteBuffer received) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the answer to {@link EpmdRequest.Names}, which ends when EPMD closes the connection.
   *
   * @param received all bytes up to the end; its position is not moved
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.Names decodeNames(ByteBuffer received) {
    throw new UnsupportedOperationException();
  }
}
