/** Helps to test what is written with Weft. */
module io.weft.testkit {
  requires static transitive org.jspecify;
  requires transitive io.weft.core;

  exports io.weft.testkit;
}
