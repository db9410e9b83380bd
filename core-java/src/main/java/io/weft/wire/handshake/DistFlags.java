package io.weft.wire.handshake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of capabilities of a node. What may be used on a connection is the intersection of what
 * both nodes offer.
 *
 * <p>Source: ERTS User's Guide, Distribution Protocol, "Distribution Flags".
 *
 * @param bits the flags as they are on the wire
 */
public record DistFlags(long bits) {

  private static final @Nullable String[] NAMES = new String[Long.SIZE];

  /** No flag. */
  public static final DistFlags NONE = new DistFlags(0);

  /** Every flag, those without name too. */
  public static final DistFlags ALL = new DistFlags(-1);

  /** The node is published to the others: not hidden. */
  public static final DistFlags PUBLISHED = flag(0, "PUBLISHED");

  /** References of several words. Mandatory. */
  public static final DistFlags EXTENDED_REFERENCES = flag(2, "EXTENDED_REFERENCES");

  /** Monitors. */
  public static final DistFlags DIST_MONITOR = flag(3, "DIST_MONITOR");

  /** Funs have their own tag. Mandatory. */
  public static final DistFlags FUN_TAGS = flag(4, "FUN_TAGS");

  /** Monitors of registered names. */
  public static final DistFlags DIST_MONITOR_NAME = flag(5, "DIST_MONITOR_NAME");

  /** NEW_FUN_EXT. Mandatory. */
  public static final DistFlags NEW_FUN_TAGS = flag(7, "NEW_FUN_TAGS");

  /** Pids and ports of more than 18 bits. Mandatory. */
  public static final DistFlags EXTENDED_PIDS_PORTS = flag(8, "EXTENDED_PIDS_PORTS");

  /** EXPORT_EXT. Mandatory. */
  public static final DistFlags EXPORT_PTR_TAG = flag(9, "EXPORT_PTR_TAG");

  /** BIT_BINARY_EXT. Mandatory. */
  public static final DistFlags BIT_BINARIES = flag(10, "BIT_BINARIES");

  /** NEW_FLOAT_EXT. Mandatory. */
  public static final DistFlags NEW_FLOATS = flag(11, "NEW_FLOATS");

  /** The I/O protocol knows Unicode. */
  public static final DistFlags UNICODE_IO = flag(12, "UNICODE_IO");

  /** Frames begin with a distribution header, which holds an atom cache. */
  public static final DistFlags DIST_HDR_ATOM_CACHE = flag(13, "DIST_HDR_ATOM_CACHE");

  /** SMALL_ATOM_EXT. */
  public static final DistFlags SMALL_ATOM_TAGS = flag(14, "SMALL_ATOM_TAGS");

  /** Atoms in UTF-8. Mandatory. */
  public static final DistFlags UTF8_ATOMS = flag(16, "UTF8_ATOMS");

  /** MAP_EXT. Mandatory. */
  public static final DistFlags MAP_TAG = flag(17, "MAP_TAG");

  /** Creations of 32 bits. Mandatory. */
  public static final DistFlags BIG_CREATION = flag(18, "BIG_CREATION");

  /** SEND_SENDER in place of SEND. */
  public static final DistFlags SEND_SENDER = flag(19, "SEND_SENDER");

  /** The label of a trace token may be any term. */
  public static final DistFlags BIG_SEQTRACE_LABELS = flag(20, "BIG_SEQTRACE_LABELS");

  /** Exit reasons are payloads. */
  public static final DistFlags EXIT_PAYLOAD = flag(22, "EXIT_PAYLOAD");

  /** Large messages are cut into fragments. Needs {@link #DIST_HDR_ATOM_CACHE}. */
  public static final DistFlags FRAGMENTS = flag(23, "FRAGMENTS");

  /** Version 6 of the handshake. Mandatory. */
  public static final DistFlags HANDSHAKE_23 = flag(24, "HANDSHAKE_23");

  /** The link protocol with unlink ids. Mandatory from OTP 26 on. */
  public static final DistFlags UNLINK_ID = flag(25, "UNLINK_ID");

  /**
   * Stands for all flags of {@link #MANDATORY_25}. It is bit 26, as OTP uses it; the published text
   * says 36.
   */
  public static final DistFlags MANDATORY_25_DIGEST = flag(26, "MANDATORY_25_DIGEST");

  /** SPAWN_REQUEST and SPAWN_REPLY. */
  public static final DistFlags SPAWN = flag(32, "SPAWN");

  /** Not a capability but a request of the initiator: give me a name. */
  public static final DistFlags NAME_ME = flag(33, "NAME_ME");

  /**
   * Ids of pids of 32 bits, of ports of 64, references of up to five words. Mandatory from 26 on.
   */
  public static final DistFlags V4_NC = flag(34, "V4_NC");

  /** Process aliases. */
  public static final DistFlags ALIAS = flag(35, "ALIAS");

  /*
   * Flags of Weft's own. They lie as far as can be from OTP's, which has come up to bit 37 and takes
   * what it does not know for nothing.
   */

  /** Frames may be compressed by deflate. Known to Weft nodes only. */
  public static final DistFlags COMPRESS_DEFLATE = flag(56, "COMPRESS_DEFLATE");

  /** Frames may be compressed by Zstandard. Known to Weft nodes only. */
  public static final DistFlags COMPRESS_ZSTD = flag(57, "COMPRESS_ZSTD");

  /** Tunnels to other nodes may be asked for. Known to Weft nodes only. */
  public static final DistFlags PROXY = flag(58, "PROXY");

  /** Requests tell how long they are waited for. Known to Weft nodes only. */
  public static final DistFlags CALL_DEADLINES = flag(59, "CALL_DEADLINES");

  /** What OTP 25 requires of a peer, and so does Weft. */
  public static final DistFlags MANDATORY_25 =
      EXTENDED_REFERENCES
          .or(FUN_TAGS)
          .or(NEW_FUN_TAGS)
          .or(EXTENDED_PIDS_PORTS)
          .or(EXPORT_PTR_TAG)
          .or(BIT_BINARIES)
          .or(NEW_FLOATS)
          .or(UTF8_ATOMS)
          .or(MAP_TAG)
          .or(BIG_CREATION)
          .or(HANDSHAKE_23);

  /** What a published node offers: the same as OTP 25. */
  public static final DistFlags OFFERED_PUBLISHED = new DistFlags(0xD07DF7FBDL);

  /** What a hidden node offers. */
  public static final DistFlags OFFERED_HIDDEN = OFFERED_PUBLISHED.without(PUBLISHED);

  private static DistFlags flag(int bit, String name) {
    NAMES[bit] = name;
    return new DistFlags(1L << bit);
  }

  /** Whether no flag is set. */
  public boolean isEmpty() {
    return bits == 0;
  }

  /** Whether all of these flags are set. */
  public boolean has(DistFlags flags) {
    return (bits & flags.bits) == flags.bits;
  }

  /** The flags that are in both sets. */
  public DistFlags and(DistFlags flags) {
    return new DistFlags(bits & flags.bits);
  }

  /** The flags that are in one of the sets. */
  public DistFlags or(DistFlags flags) {
    return new DistFlags(bits | flags.bits);
  }

  /** These flags without those. */
  public DistFlags without(DistFlags flags) {
    return new DistFlags(bits & ~flags.bits);
  }

  /** These flags, with {@link #MANDATORY_25} if {@link #MANDATORY_25_DIGEST} is among them. */
  public DistFlags expanded() {
    return has(MANDATORY_25_DIGEST) ? or(MANDATORY_25) : this;
  }

  /** The names of the flags from the lowest bit up; {@code BIT_n} for one without name. */
  public List<String> names() {
    List<String> names = new ArrayList<>(Long.bitCount(bits));
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      int bit = Long.numberOfTrailingZeros(rest);
      String name = NAMES[bit];
      names.add(name == null ? "BIT_" + bit : name);
    }
    return names;
  }

  @Override
  public String toString() {
    return "16#%x %s".formatted(bits, names());
  }
}
