package io.weft.inspect;

import io.weft.node.BlockingSelf;
import io.weft.node.ExitReason;
import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.NodeKind;
import io.weft.node.ProcessInfo;
import io.weft.node.Sys;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The functions of module {@code erlang} about processes and nodes. */
final class ProcessFunctions {
  private static final Atom MESSAGES = Atom.of("messages");

  private ProcessFunctions() {}

  static void provide(Functions functions) {
    functions
        .provide("erlang", "node", 0, call -> call.node().name())
        .provide("erlang", "node", 1, ProcessFunctions::nodeOf)
        .provide("erlang", "nodes", 0, call -> Terms.list(call.node().nodes()))
        .provide("erlang", "nodes", 1, ProcessFunctions::nodes)
        .provide("erlang", "self", 0, call -> call.self().pid())
        .provide("erlang", "group_leader", 0, FunctionCall::groupLeader)
        .provide("erlang", "processes", 0, call -> Terms.list(call.node().processIds()))
        .provide("erlang", "registered", 0, ProcessFunctions::registered)
        .provide("erlang", "whereis", 1, ProcessFunctions::whereis)
        .provide("erlang", "is_process_alive", 1, ProcessFunctions::isAlive)
        .provide("erlang", "process_info", 1, ProcessFunctions::info)
        .provide("erlang", "process_info", 2, ProcessFunctions::items)
        .provide("erlang", "exit", 2, ProcessFunctions::exit)
        .provide("erlang", "garbage_collect", 1, ProcessFunctions::collect)
        .provide("erlang", "ports", 0, _ -> ListTerm.NIL)
        .provide("erlang", "port_info", 1, _ -> Atom.UNDEFINED)
        .provide("erlang", "port_info", 2, _ -> Atom.UNDEFINED);
  }

  private static Term nodeOf(FunctionCall call) {
    return switch (call.argument(0)) {
      case Pid pid -> pid.node();
      case Reference reference -> reference.node();
      case Port port -> port.node();
      default -> throw call.badarg();
    };
  }

  /** The kinds of nodes, and this one; several as a list. */
  private static Term nodes(FunctionCall call) {
    List<Term> kinds =
        call.argument(0) instanceof ListTerm list ? list.elements() : List.of(call.argument(0));
    List<Term> nodes = new ArrayList<>();
    for (Term kind : kinds) {
      for (Atom node : nodes(call, kind)) {
        if (!nodes.contains(node)) {
          nodes.add(node);
        }
      }
    }
    return Terms.list(nodes);
  }

  private static List<Atom> nodes(FunctionCall call, Term kind) {
    if (kind instanceof Atom(String name)) {
      switch (name) {
        case "this" -> {
          return List.of(call.node().name());
        }
        case "visible" -> {
          return call.node().nodes(NodeKind.VISIBLE);
        }
        case "hidden" -> {
          return call.node().nodes(NodeKind.HIDDEN);
        }
        case "connected", "known" -> {
          return call.node().nodes(NodeKind.CONNECTED);
        }
        default -> {}
      }
    }
    throw call.badarg();
  }

  private static Term registered(FunctionCall call) {
    return Terms.list(List.copyOf(call.node().registered()));
  }

  private static Term whereis(FunctionCall call) {
    if (!(call.argument(0) instanceof Atom name)) {
      throw call.badarg();
    }
    Pid pid = call.node().whereis(name);
    return pid == null ? Atom.UNDEFINED : pid;
  }

  private static Pid local(FunctionCall call) {
    if (call.argument(0) instanceof Pid pid && call.node().isHere(pid)) {
      return pid;
    }
    throw call.badarg();
  }

  private static Term isAlive(FunctionCall call) {
    return Atom.of(call.node().isAlive(local(call)));
  }

  private static Term exit(FunctionCall call) {
    if (!(call.argument(0) instanceof Pid pid)) {
      throw call.badarg();
    }
    call.self().exit(pid, ExitReason.of(call.argument(1)));
    return Atom.TRUE;
  }

  /** Memory is the JVM's, which knows best when to clean up. */
  private static Term collect(FunctionCall call) {
    return Atom.of(call.node().isAlive(local(call)));
  }

  // --- process_info ------------------------------------------------------------------------------

  static @Nullable ProcessInfo infoOf(BlockingSelf<Term> self, Pid pid) {
    return infos(self, List.of(pid)).stream().findFirst().orElse(null);
  }

  private static Term info(FunctionCall call) {
    ProcessInfo info = infoOf(call.self(), local(call));
    return info == null ? Atom.UNDEFINED : ProcessItems.usual(info);
  }

  private static Term items(FunctionCall call) {
    Pid pid = local(call);
    Term wanted = call.argument(1);
    List<Term> names = wanted instanceof ListTerm list ? list.elements() : List.of(wanted);
    if (!names.stream().allMatch(ProcessItems::isItem)) {
      throw call.badarg();
    }
    ProcessInfo info = infoOf(call.self(), pid);
    if (info == null) {
      return Atom.UNDEFINED;
    }
    List<Term> items = new ArrayList<>();
    for (Term name : names) {
      items.add(
          name.equals(MESSAGES)
              ? Tuple.of(name, messages(call, pid))
              : ProcessItems.item((Atom) name, info));
    }
    if (wanted instanceof ListTerm) {
      return Terms.list(items);
    }
    boolean nameless = wanted.equals(Atom.of("registered_name")) && info.name() == null;
    return nameless ? ListTerm.NIL : items.getFirst();
  }

  private static Term messages(FunctionCall call, Pid pid) {
    CompletableFuture<List<Term>> asked = Sys.messages(call.node().address(pid));
    Waiting.until(call.self(), asked);
    return asked.isCompletedExceptionally() ? ListTerm.NIL : Terms.list(asked.join());
  }

  /** Returns what all processes tell of themselves, but for the one that asks. */
  static List<ProcessInfo> all(FunctionCall call) {
    Pid asker = call.self().pid();
    return infos(
        call.self(), call.node().processIds().stream().filter(pid -> !pid.equals(asker)).toList());
  }

  /** Returns what those of the processes that live tell of themselves, in their order. */
  static List<ProcessInfo> infos(BlockingSelf<Term> self, List<Pid> pids) {
    List<CompletableFuture<ProcessInfo>> asked =
        pids.stream().map(pid -> Sys.info(self.node().address(pid))).toList();
    Waiting.until(self, CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)));
    return asked.stream()
        .filter(each -> !each.isCompletedExceptionally())
        .map(CompletableFuture::join)
        .toList();
  }
}
