package io.weft.inspect;

import io.weft.node.ProcessInfo;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code erlang:process_info} tells of a process. What a process of this node has not, such as
 * a heap of its own, is nothing: 0 or the empty list. Its memory is what the node itself keeps for
 * it, by estimate; reductions are not counted.
 *
 * @see <a href="https://www.erlang.org/doc/man/erlang.html#process_info-2">OTP,
 *     erlang:process_info/2</a>
 */
final class ProcessItems {
  /** What process_info/1 shows, in its order. */
  private static final List<String> USUAL =
      List.of(
          "registered_name",
          "current_function",
          "initial_call",
          "status",
          "message_queue_len",
          "links",
          "dictionary",
          "trap_exit",
          "error_handler",
          "priority",
          "group_leader",
          "total_heap_size",
          "heap_size",
          "stack_size",
          "reductions",
          "garbage_collection",
          "suspending");

  private static final long IDLE_BYTES = 128;
  private static final long MESSAGE_BYTES = 48;
  private static final Tuple INITIAL_CALL = mfa("proc_lib", "init_p", 5);

  private ProcessItems() {}

  private static Tuple mfa(String module, String function, int arity) {
    return Tuple.of(Atom.of(module), Atom.of(function), IntTerm.of(arity));
  }

  /** Returns {@code [{Item, Value}]} as process_info/1 does: without a name if there is none. */
  static Term usual(ProcessInfo info) {
    List<Term> items = new ArrayList<>();
    for (String name : USUAL) {
      if (!name.equals("registered_name") || info.name() != null) {
        items.add(item(Atom.of(name), info));
      }
    }
    return Terms.list(items);
  }

  /** Returns {@code {Item, Value}}; the value of the name of a process without one is []. */
  static Tuple item(Atom name, ProcessInfo info) {
    Term value = value(name.name(), info);
    return Tuple.of(name, value == null ? ListTerm.NIL : value);
  }

  /** Tells whether there is such an item. */
  static boolean isItem(Term name) {
    return name instanceof Atom(String text) && (USUAL.contains(text) || FURTHER.contains(text));
  }

  private static final List<String> FURTHER =
      List.of(
          "async_dist",
          "backtrace",
          "binary",
          "catchlevel",
          "current_location",
          "current_stacktrace",
          "garbage_collection_info",
          "last_calls",
          "max_heap_size",
          "memory",
          "message_queue_data",
          "messages",
          "min_bin_vheap_size",
          "min_heap_size",
          "monitored_by",
          "monitors",
          "parent",
          "sequential_trace_token",
          "trace");

  private static @Nullable Term value(String name, ProcessInfo info) {
    return switch (name) {
      case "registered_name" -> info.name();
      case "current_function" -> currentFunction(info);
      case "initial_call" -> INITIAL_CALL;
      case "status" -> status(info);
      case "message_queue_len" -> IntTerm.of(info.mailbox());
      case "links" -> Terms.list(info.links());
      case "dictionary" -> dictionary(info);
      case "trap_exit" -> Atom.of(info.trapsExit());
      case "error_handler" -> Atom.of("error_handler");
      case "priority" -> Atom.of("normal");
      case "group_leader" -> info.groupLeader();
      case "garbage_collection" -> collection();
      case "memory" -> IntTerm.of(IDLE_BYTES + MESSAGE_BYTES * info.mailbox());
      case "monitors" -> Terms.list(info.monitors().stream().map(ProcessItems::monitor).toList());
      case "monitored_by" -> Terms.list(info.watchers());
      case "parent" -> info.ancestors().isEmpty() ? Atom.UNDEFINED : info.ancestors().getFirst();
      case "message_queue_data" -> Atom.of("off_heap");
      case "current_location" -> location(info);
      case "current_stacktrace" -> Terms.list(location(info));
      case "backtrace" -> Terms.binary("Program counter: " + currentFunction(info) + "\n");
      case "max_heap_size" -> maxHeapSize();
      case "last_calls", "async_dist" -> Atom.FALSE;
      case "messages",
          "links_to",
          "suspending",
          "binary",
          "sequential_trace_token",
          "garbage_collection_info" ->
          ListTerm.NIL;
      default -> IntTerm.of(0);
    };
  }

  private static Term currentFunction(ProcessInfo info) {
    Term initial = info.dictionary().get(Atom.of("$initial_call"));
    Term module = initial instanceof Tuple call && call.arity() == 3 ? call.get(0) : Atom.UNDEFINED;
    return Tuple.of(
        module instanceof Atom ? module : Atom.UNDEFINED, Atom.of("loop"), IntTerm.of(1));
  }

  private static Term location(ProcessInfo info) {
    return currentFunction(info) instanceof Tuple at
        ? Tuple.of(at.get(0), at.get(1), at.get(2), ListTerm.NIL)
        : ListTerm.NIL;
  }

  private static Term status(ProcessInfo info) {
    if (info.suspended()) {
      return Atom.of("suspended");
    }
    return Atom.of(info.mailbox() > 0 ? "runnable" : "waiting");
  }

  private static Term dictionary(ProcessInfo info) {
    List<Term> pairs = new ArrayList<>();
    for (Map.Entry<Term, Term> entry : info.dictionary().entrySet()) {
      pairs.add(Tuple.of(entry.getKey(), entry.getValue()));
    }
    return Terms.list(pairs);
  }

  private static Term monitor(Target target) {
    return Tuple.of(Atom.of("process"), target.item());
  }

  private static Term maxHeapSize() {
    return Terms.map(
        Atom.of("error_logger"), Atom.TRUE, Atom.of("kill"), Atom.TRUE, Atom.of("size"), zero());
  }

  private static Term collection() {
    return Terms.list(
        Tuple.of(Atom.of("max_heap_size"), maxHeapSize()),
        Tuple.of(Atom.of("min_bin_vheap_size"), zero()),
        Tuple.of(Atom.of("min_heap_size"), zero()),
        Tuple.of(Atom.of("fullsweep_after"), zero()),
        Tuple.of(Atom.of("minor_gcs"), zero()));
  }

  private static Term zero() {
    return IntTerm.of(0);
  }

  /** Returns what tools call the process: its name, or where it began. */
  static Term nameOf(ProcessInfo info) {
    if (info.name() != null) {
      return info.name();
    }
    Term initial = info.dictionary().get(Atom.of("$initial_call"));
    return initial == null ? INITIAL_CALL : initial;
  }

  static Term currentOf(ProcessInfo info) {
    return currentFunction(info);
  }

  static long memoryOf(ProcessInfo info) {
    return IDLE_BYTES + MESSAGE_BYTES * info.mailbox();
  }
}
