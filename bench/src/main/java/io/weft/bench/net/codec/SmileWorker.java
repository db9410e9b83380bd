package io.weft.bench.net.codec;

import com.fasterxml.jackson.dataformat.smile.databind.SmileMapper;

/** Smile by Jackson. */
public final class SmileWorker {
  private SmileWorker() {}

  public static void main(String[] args) throws Exception {
    Jackson.serve("Smile", new SmileMapper());
  }
}
