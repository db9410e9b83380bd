/**
 * The core of Weft: Erlang terms and their external format, the distribution protocol as pure state
 * machines, and the process runtime.
 */
module io.weft.core {
  requires static transitive org.jspecify;
  requires transitive org.slf4j;

  exports io.weft.term;
  exports io.weft.etf;
  exports io.weft.gen;
  exports io.weft.global;
  exports io.weft.inspect;
  exports io.weft.kernel;
  exports io.weft.mapping;
  exports io.weft.node;
  exports io.weft.pg;
  exports io.weft.rpc;
  exports io.weft.runtime;
  exports io.weft.wire;
  exports io.weft.wire.control;
  exports io.weft.wire.epmd;
  exports io.weft.wire.frame;
  exports io.weft.wire.handshake;
  exports io.weft.wire.proxy;
  exports io.weft.wire.seal;

  uses io.weft.node.NetworkProvider;
  uses io.weft.node.NodeService;

  provides io.weft.node.NodeService with
      io.weft.kernel.KernelService,
      io.weft.inspect.InspectService,
      io.weft.rpc.RpcService,
      io.weft.global.GlobalService;
}
