package io.weft.wire.frame;

/** The bytes at the beginning of frames. */
final class FrameTag {

  /** The version of the external term format, before the tag of a distribution header. */
  static final int VERSION = 131;

  /** A whole message with a distribution header. */
  static final int NORMAL = 68;

  /** The first fragment of a message, with a distribution header. */
  static final int FIRST_FRAGMENT = 69;

  /** A further fragment. */
  static final int NEXT_FRAGMENT = 70;

  /** A frame that is compressed; known to Weft nodes only. No tag of OTP's, of terms neither. */
  static final int COMPRESSED = 200;

  /* 201 are the frames of io.weft.wire.proxy, which never come to the decoder of this package. */

  /** A whole message without distribution header, at the very beginning of the frame. */
  static final int PASS_THROUGH = 112;

  private FrameTag() {}
}
