package io.weft.wire.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as text: hexadecimal digits, blanks between bytes as one likes, {@code "text"} for its
 * bytes in UTF-8, {@code xx*n} or {@code xxyy*n} for the same bytes n times, comments from {@code
 * #} to the end of the line.
 */
public final class HexText {

  private static final Pattern PART =
      Pattern.compile("\"([^\"]*)\"|((?:[0-9a-f]{2})+)(?:\\*(\\d+))?| |#.*");

  private static final int LINE = 32;

  private HexText() {}

  /** The bytes of that text. */
  public static byte[] parse(List<String> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : lines) {
      Matcher part = PART.matcher(line);
      int at = 0;
      while (at < line.length()) {
        if (!part.find(at) || part.start() != at) {
          throw new IllegalArgumentException("not bytes: " + line.substring(at));
        }
        at = part.end();
        if (part.group(1) != null) {
          bytes.writeBytes(part.group(1).getBytes(StandardCharsets.UTF_8));
        } else if (part.group(2) != null) {
          byte[] once = HexFormat.of().parseHex(part.group(2));
          int times = part.group(3) == null ? 1 : Integer.parseInt(part.group(3));
          for (int i = 0; i < times; i++) {
            bytes.writeBytes(once);
          }
        }
      }
    }
    return bytes.toByteArray();
  }

  /** The bytes in lines, each with its printable characters as a comment. */
  public static List<String> dump(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += LINE) {
      int end = Math.min(bytes.length, at + LINE);
      StringBuilder line = new StringBuilder();
      for (int i = at; i < end; i++) {
        line.append((i - at) % 4 == 0 && i > at ? " " : "").append("%02x".formatted(bytes[i]));
      }
      String text = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
      lines.add(line + "  # " + text.replaceAll("[^!-~]", "."));
    }
    return lines;
  }

  /** A copy of the remaining bytes. */
  public static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
