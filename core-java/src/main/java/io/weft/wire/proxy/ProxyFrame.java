package io.weft.wire.proxy;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A frame about one tunnel, on a connection between two Weft nodes that agreed on tunnels ({@link
 * io.weft.wire.handshake.DistFlags#PROXY}), among the frames of the connection's own signals.
 *
 * <p>After the length of the frame: 131; 201; the kind, one byte; the tunnel, four bytes; and what
 * the kind says.
 *
 * <p>Each side numbers the tunnels that it asks for, from 1 upwards, and never uses a number twice.
 * In memory and on the wire, a number is positive with who has given it; with the other side its
 * highest bit is set.
 */
public sealed interface ProxyFrame {

  /** The type of the frame, after 131; no tag of OTP's. */
  int TAG = 201;

  /** How many nodes a way passes at most, both ends counted. */
  int MAX_PATH = 16;

  /** What one frame carries at most, in bytes. */
  int MAX_DATA_BYTES = 16 << 10;

  /** The largest window, in bytes. */
  int MAX_WINDOW = 1 << 30;

  /** What a frame takes before what its kind says, its length included. */
  int HEAD_BYTES = 4 + 2 + 1 + 4;

  /** The number of the tunnel, as the node that holds this frame sees it. */
  int tunnel();

  /**
   * Asks for a tunnel.
   *
   * @param hopsLeft how many nodes may pass it on yet
   * @param window how many bytes the other side may send before it is told that there is room again
   * @param to the node at the far end
   * @param path the nodes that have asked so far: the one at the near end first, the sender of the
   *     frame last
   * @param route the nodes that it has to pass yet, before {@code to}; after those, each goes by
   *     routes of its own
   */
  record Open(int tunnel, int hopsLeft, int window, Atom to, List<Atom> path, List<Atom> route)
      implements ProxyFrame {
    /** Copies the lists. */
    public Open {
      path = List.copyOf(path);
      route = List.copyOf(route);
    }

    /** The node at the near end, as those between say. */
    public Atom from() {
      return path.getFirst();
    }
  }

  /**
   * The tunnel is there.
   *
   * @param path the nodes that have answered so far: the sender of the frame first, the far end
   *     last
   */
  record Opened(int tunnel, int window, List<Atom> path) implements ProxyFrame {
    /** Copies the list. */
    public Opened {
      path = List.copyOf(path);
    }
  }

  /**
   * Bytes.
   *
   * @param bytes a view of memory that is reused
   */
  record Data(int tunnel, ByteBuffer bytes) implements ProxyFrame {}

  /** There is room for so many bytes more. */
  record Credit(int tunnel, int bytes) implements ProxyFrame {}

  /** The tunnel has ended: nothing more is said of it. */
  record Close(int tunnel, ProxyDown why) implements ProxyFrame {}

  // --- reading -----------------------------------------------------------------------------------

  /** Whether a frame, without its length, is one of these. */
  static boolean isOne(ByteBuffer body) {
    return body.remaining() > 1 && body.getShort(body.position()) == (short) (131 << 8 | TAG);
  }

  /**
   * Reads a frame that {@linkplain #isOne is one of these}.
   *
   * @param body the frame without its length
   * @throws WireException if it is not right
   */
  static ProxyFrame read(ByteBuffer body) {
    WireInput in = new WireInput("proxy frame", body);
    var _ = in.u16("the type");
    int kind = in.u8("the kind");
    int tunnel = in.u32("the tunnel") ^ Integer.MIN_VALUE;
    if ((tunnel & Integer.MAX_VALUE) == 0) {
      throw in.error("tunnel 0");
    }
    ProxyFrame frame =
        switch (kind) {
          case ProxyForm.OPEN -> ProxyForm.open(in, tunnel);
          case ProxyForm.OPENED -> new Opened(tunnel, ProxyForm.window(in), ProxyForm.path(in, 1));
          case ProxyForm.DATA -> ProxyForm.data(in, tunnel);
          case ProxyForm.CREDIT -> new Credit(tunnel, ProxyForm.window(in));
          case ProxyForm.CLOSE -> ProxyForm.close(in, tunnel);
          default -> throw in.error("unknown kind " + kind);
        };
    in.end();
    return frame;
  }

  // --- writing -----------------------------------------------------------------------------------

  /** The frame, its length included. */
  default ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(ProxyForm.MAX_BYTES);
    putTo(out);
    return out.flip();
  }

  /** Writes the frame, its length included. */
  default void putTo(ByteBuffer out) {
    int start = out.position();
    ProxyForm.begin(out, kind(), tunnel());
    switch (this) {
      case Open open -> ProxyForm.put(out, open);
      case Opened(_, int window, List<Atom> path) -> ProxyForm.put(out.putInt(window), path);
      case Data(_, ByteBuffer bytes) -> out.put(bytes.duplicate());
      case Credit(_, int bytes) -> out.putInt(bytes);
      case Close(_, ProxyDown why) -> ProxyForm.put(out, why);
    }
    out.putInt(start, out.position() - start - 4);
  }

  private int kind() {
    return switch (this) {
      case Open _ -> ProxyForm.OPEN;
      case Opened _ -> ProxyForm.OPENED;
      case Data _ -> ProxyForm.DATA;
      case Credit _ -> ProxyForm.CREDIT;
      case Close _ -> ProxyForm.CLOSE;
    };
  }

  /**
   * Writes what goes before {@code size} bytes of a tunnel: with them it is a {@link Data}.
   *
   * @param out with room for {@link #HEAD_BYTES}
   */
  static void putDataHead(ByteBuffer out, int tunnel, int size) {
    ProxyForm.begin(out, ProxyForm.DATA, tunnel);
    out.putInt(out.position() - HEAD_BYTES, HEAD_BYTES - 4 + size);
  }
}
