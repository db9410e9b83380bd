package io.weft.wire.proxy;

import io.weft.term.Atom;
import io.weft.wire.handshake.NodeName;
import io.weft.wire.internal.WireInput;
import io.weft.wire.proxy.ProxyFrame.Close;
import io.weft.wire.proxy.ProxyFrame.Data;
import io.weft.wire.proxy.ProxyFrame.Open;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How the parts of frames look. */
final class ProxyForm {
  static final int OPEN = 1;
  static final int OPENED = 2;
  static final int DATA = 3;
  static final int CREDIT = 4;
  static final int CLOSE = 5;

  /** 255 characters of Latin-1. */
  private static final int MAX_NAME_BYTES = 510;

  private static final int MAX_TEXT_BYTES = 3 * ProxyDown.MAX_TEXT;
  static final int MAX_BYTES =
      ProxyFrame.HEAD_BYTES
          + ProxyFrame.MAX_DATA_BYTES
          + 2 * ProxyFrame.MAX_PATH * (2 + MAX_NAME_BYTES);

  private ProxyForm() {}

  static void begin(ByteBuffer out, int kind, int tunnel) {
    out.putInt(0).put((byte) 131).put((byte) ProxyFrame.TAG).put((byte) kind).putInt(tunnel);
  }

  static Open open(WireInput in, int tunnel) {
    if (tunnel > 0) {
      throw in.error("a number of this node for a tunnel that the other side asks for");
    }
    int hopsLeft = in.u8("the hops");
    int window = window(in);
    Atom to = name(in);
    return new Open(tunnel, hopsLeft, window, to, path(in, 1), path(in, 0));
  }

  static Data data(WireInput in, int tunnel) {
    ByteBuffer bytes = in.rest().slice();
    if (!bytes.hasRemaining() || bytes.remaining() > ProxyFrame.MAX_DATA_BYTES) {
      throw in.error(
          "%d bytes, 1 to %d are right".formatted(bytes.remaining(), ProxyFrame.MAX_DATA_BYTES));
    }
    in.rest().position(in.rest().limit());
    return new Data(tunnel, bytes);
  }

  static Close close(WireInput in, int tunnel) {
    ProxyDown.Kind kind = ProxyDown.Kind.of(in.u8("the reason"));
    Atom hop = name(in);
    int length = in.u16("the length of the text");
    if (length > MAX_TEXT_BYTES) {
      throw in.error("a text of %d bytes, the limit is %d".formatted(length, MAX_TEXT_BYTES));
    }
    return new Close(tunnel, new ProxyDown(kind, hop, in.utf8(length, "the text")));
  }

  static int window(WireInput in) {
    int bytes = in.u32("the window");
    if (bytes < 1 || bytes > ProxyFrame.MAX_WINDOW) {
      throw in.error(
          "a window of %s bytes, 1 to %d are right"
              .formatted(Integer.toUnsignedString(bytes), ProxyFrame.MAX_WINDOW));
    }
    return bytes;
  }

  static List<Atom> path(WireInput in, int atLeast) {
    int count = in.u8("the number of nodes");
    if (count < atLeast || count > ProxyFrame.MAX_PATH) {
      throw in.error("%d nodes, %d to %d are right".formatted(count, atLeast, ProxyFrame.MAX_PATH));
    }
    List<Atom> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(name(in));
    }
    return path;
  }

  static Atom name(WireInput in) {
    int length = in.u16("the length of a name");
    if (length > MAX_NAME_BYTES) {
      throw in.error("a name of %d bytes, the limit is %d".formatted(length, MAX_NAME_BYTES));
    }
    Atom name = in.atom(length, "a name");
    if (!NodeName.isFull(name)) {
      throw in.error("%s is not a name of the form name@host".formatted(name));
    }
    return name;
  }

  static void put(ByteBuffer out, Open open) {
    out.put((byte) open.hopsLeft()).putInt(open.window());
    put(out, open.to());
    put(out, open.path());
    put(out, open.route());
  }

  static void put(ByteBuffer out, List<Atom> path) {
    if (path.size() > ProxyFrame.MAX_PATH) {
      throw new IllegalArgumentException("a way over " + path.size() + " nodes");
    }
    out.put((byte) path.size());
    path.forEach(name -> put(out, name));
  }

  static void put(ByteBuffer out, Atom name) {
    put(out, name.name());
  }

  static void put(ByteBuffer out, ProxyDown why) {
    out.put((byte) why.kind().code());
    put(out, why.hop());
    put(out, why.text());
  }

  private static void put(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }
}
