package io.weft.bench.net.codec;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;

/** CBOR (RFC 8949) by Jackson. */
public final class CborWorker {
  private CborWorker() {}

  public static void main(String[] args) throws Exception {
    Jackson.serve("CBOR", new CBORMapper());
  }
}
