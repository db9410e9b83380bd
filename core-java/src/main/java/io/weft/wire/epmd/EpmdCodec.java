package io.weft.wire.epmd;

import io.weft.term.Binary;
import io.weft.wire.WireException;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of EPMD's requests and answers. A request has a length of 16 bits in front; an answer
 * has none: a client gives what it has received so far to the method for the answer that it waits
 * for.
 */
public final class EpmdCodec {

  /** The port at which EPMD listens by default. */
  public static final int DEFAULT_PORT = 4369;

  /** The largest request, without its length, in bytes; larger ones are refused. */
  public static final int MAX_REQUEST_BYTES = 4096;

  /** The largest answer, in bytes; larger ones are refused. */
  public static final int MAX_ANSWER_BYTES = 1 << 20;

  private static final int ALIVE2_REQ = 120;
  private static final int ALIVE2_RESP = 121;
  private static final int ALIVE2_X_RESP = 118;
  private static final int PORT_PLEASE2_REQ = 122;
  private static final int PORT2_RESP = 119;
  private static final int NAMES_REQ = 110;

  private static final int NORMAL_NODE = 77;
  private static final int HIDDEN_NODE = 72;

  /** From this version on a node is told a creation of 32 bits. */
  private static final int LARGE_CREATION_VERSION = 6;

  private static final Pattern NAMES_LINE =
      Pattern.compile("^name (\\S+) at port (\\d{1,5})$", Pattern.MULTILINE);

  private EpmdCodec() {}

  // --- requests

  /** The request, with its length of 16 bits in front. */
  public static ByteBuffer encode(EpmdRequest request) {
    return switch (request) {
      case EpmdRequest.Register(NodeEntry node) -> {
        byte[] name = bytes(node.name());
        int length = 1 + entryBytes(node, name);
        yield putEntry(request(length, ALIVE2_REQ), node, name).flip();
      }
      case EpmdRequest.Lookup(String text) -> {
        byte[] name = bytes(text);
        yield request(1 + name.length, PORT_PLEASE2_REQ).put(name).flip();
      }
      case EpmdRequest.Names() -> request(1, NAMES_REQ).flip();
    };
  }

  private static ByteBuffer request(int length, int tag) {
    return ByteBuffer.allocate(2 + length).putShort((short) length).put((byte) tag);
  }

  /**
   * Reads a request. Bytes after it are ignored, as OTP's EPMD does.
   *
   * @param body all of it, without the length in front
   * @throws WireException if it is not a request of those known here
   */
  public static EpmdRequest decodeRequest(ByteBuffer body) {
    WireInput in = new WireInput("EPMD request", body);
    if (in.remaining() > MAX_REQUEST_BYTES) {
      throw in.error("%d bytes, the limit is %d".formatted(in.remaining(), MAX_REQUEST_BYTES));
    }
    int tag = in.u8("the tag");
    return switch (tag) {
      case ALIVE2_REQ -> new EpmdRequest.Register(entry(in));
      case PORT_PLEASE2_REQ -> {
        String name = in.utf8(in.remaining(), "the name");
        yield in.checked(() -> new EpmdRequest.Lookup(name));
      }
      case NAMES_REQ -> new EpmdRequest.Names();
      default -> throw in.error("unknown tag " + tag);
    };
  }

  // --- answers

  /**
   * The answer to a request.
   *
   * @param request what is answered: the form of {@link EpmdAnswer.Registered} depends on it
   */
  public static ByteBuffer encode(EpmdAnswer answer, EpmdRequest request) {
    return switch (answer) {
      case EpmdAnswer.Registered(int result, int creation) ->
          request instanceof EpmdRequest.Register(NodeEntry node)
                  && node.highest() >= LARGE_CREATION_VERSION
              ? answer(6, ALIVE2_X_RESP).put((byte) result).putInt(creation).flip()
              : answer(4, ALIVE2_RESP).put((byte) result).putShort((short) creation).flip();
      case EpmdAnswer.Port(NodeEntry node) -> node == null ? unknown() : found(node);
      case EpmdAnswer.Names names -> names(names);
    };
  }

  private static ByteBuffer answer(int length, int tag) {
    return ByteBuffer.allocate(length).put((byte) tag);
  }

  private static ByteBuffer unknown() {
    return answer(2, PORT2_RESP).put((byte) 1).flip();
  }

  private static ByteBuffer found(NodeEntry node) {
    byte[] name = bytes(node.name());
    ByteBuffer out = answer(2 + entryBytes(node, name), PORT2_RESP).put((byte) 0);
    return putEntry(out, node, name).flip();
  }

  private static ByteBuffer names(EpmdAnswer.Names names) {
    StringBuilder text = new StringBuilder();
    for (EpmdAnswer.Names.Entry entry : names.entries()) {
      text.append("name %s at port %d\n".formatted(entry.name(), entry.port()));
    }
    byte[] lines = bytes(text.toString());
    return ByteBuffer.allocate(4 + lines.length).putInt(names.epmdPort()).put(lines).flip();
  }

  /**
   * Reads the answer to {@link EpmdRequest.Register}.
   *
   * @param received all bytes received so far; its position is not moved
   * @return null if more bytes have to come
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.@Nullable Registered decodeRegistered(ByteBuffer received) {
    WireInput in = new WireInput("EPMD answer", received);
    if (in.remaining() == 0) {
      return null;
    }
    int tag = in.u8("the tag");
    int creationBytes =
        switch (tag) {
          case ALIVE2_X_RESP -> 4;
          case ALIVE2_RESP -> 2;
          default -> throw in.error("unknown tag " + tag);
        };
    if (in.remaining() < 1 + creationBytes) {
      return null;
    }
    int result = in.u8("the result");
    int creation = creationBytes == 4 ? in.u32("the creation") : in.u16("the creation");
    return new EpmdAnswer.Registered(result, creation);
  }

  /**
   * Reads the answer to {@link EpmdRequest.Lookup}.
   *
   * @param received all bytes received so far; its position is not moved
   * @return null if more bytes have to come
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.@Nullable Port decodePort(ByteBuffer received) {
    WireInput in = new WireInput("EPMD answer", received);
    if (in.remaining() < 2) {
      return null;
    }
    int tag = in.u8("the tag");
    if (tag != PORT2_RESP) {
      throw in.error("unknown tag " + tag);
    }
    if (in.u8("the result") != 0) {
      return new EpmdAnswer.Port(null);
    }
    if (!isWholeEntry(in.rest())) {
      return null;
    }
    return new EpmdAnswer.Port(entry(in));
  }

  /**
   * Reads the answer to {@link EpmdRequest.Names}, which ends when EPMD closes the connection.
   * Lines of another form (OTP's EPMD lets nodes have names with blanks) are left out.
   *
   * @param received all bytes up to the end; its position is not moved
   * @throws WireException if it is no such answer
   */
  public static EpmdAnswer.Names decodeNames(ByteBuffer received) {
    WireInput in = new WireInput("EPMD names", received);
    if (in.remaining() > MAX_ANSWER_BYTES) {
      throw in.error("%d bytes, the limit is %d".formatted(in.remaining(), MAX_ANSWER_BYTES));
    }
    int epmdPort = in.u32("the port");
    byte[] lines = in.bytes(in.remaining(), "the lines");
    Matcher line = NAMES_LINE.matcher(new String(lines, StandardCharsets.UTF_8));
    List<EpmdAnswer.Names.Entry> entries = new ArrayList<>();
    while (line.find()) {
      entries.add(namesEntry(in, line.group(1), Integer.parseInt(line.group(2))));
    }
    return new EpmdAnswer.Names(epmdPort, entries);
  }

  private static EpmdAnswer.Names.Entry namesEntry(WireInput in, String name, int port) {
    return in.checked(() -> new EpmdAnswer.Names.Entry(name, port));
  }

  // --- node entries

  private static int entryBytes(NodeEntry node, byte[] name) {
    return 12 + name.length + node.extra().size();
  }

  private static ByteBuffer putEntry(ByteBuffer out, NodeEntry node, byte[] name) {
    return out.putShort((short) node.port())
        .put((byte) (node.hidden() ? HIDDEN_NODE : NORMAL_NODE))
        .put((byte) node.protocol())
        .putShort((short) node.highest())
        .putShort((short) node.lowest())
        .putShort((short) name.length)
        .put(name)
        .putShort((short) node.extra().size())
        .put(node.extra().toByteBuffer());
  }

  private static boolean isWholeEntry(ByteBuffer bytes) {
    int start = bytes.position();
    int nameEnd = 10;
    if (bytes.remaining() < nameEnd) {
      return false;
    }
    nameEnd += Short.toUnsignedInt(bytes.getShort(start + 8));
    if (bytes.remaining() < nameEnd + 2) {
      return false;
    }
    return bytes.remaining() >= nameEnd + 2 + Short.toUnsignedInt(bytes.getShort(start + nameEnd));
  }

  private static NodeEntry entry(WireInput in) {
    int port = in.u16("the port");
    int type = in.u8("the type");
    int protocol = in.u8("the protocol");
    int highest = in.u16("the highest version");
    int lowest = in.u16("the lowest version");
    String name = in.utf8(in.u16("the name's length"), "the name");
    Binary extra = Binary.wrap(in.bytes(in.u16("the extra data's length"), "the extra data"));
    boolean hidden = type == HIDDEN_NODE;
    return in.checked(() -> new NodeEntry(name, port, hidden, protocol, highest, lowest, extra));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
