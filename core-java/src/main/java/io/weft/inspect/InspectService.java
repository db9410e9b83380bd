package io.weft.inspect;

import io.weft.node.Functions;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.NodeService;

/** Lets tools of other nodes look at this one. */
public final class InspectService implements NodeService {
  /** Made by the service loader. */
  public InspectService() {}

  @Override
  public void start(Node node, NodeOptions options) {
    Functions functions = node.functions();
    var system = new SystemFunctions(node.seams().clock(), options);
    ProcessFunctions.provide(functions);
    system.provide(functions);
    new ObserverFunctions(system).provide(functions);
    OtpFunctions.provide(functions);
    CodeFunctions.provide(functions);
    ShellFunctions.provide(functions);
    AppMonitor.provide(functions);
  }
}
