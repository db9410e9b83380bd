package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process is and does, as it said in one of its turns: {@code erlang:process_info}.
 *
 * @param name the registered name, or null
 * @param mailbox how many messages wait to be handled
 * @param backlogAge for how long the mailbox has not been empty, as far as the process came to
 *     look; zero if it is
 * @param dropped how many messages a bounded mailbox did not take
 * @param monitors whom it watches
 * @param watchers who watches it, once for each monitor
 */
public record ProcessInfo(
    Pid pid,
    String label,
    @Nullable Atom name,
    List<Pid> ancestors,
    Pid groupLeader,
    boolean trapsExit,
    boolean suspended,
    int mailbox,
    Duration backlogAge,
    long dropped,
    List<Pid> links,
    List<Target> monitors,
    List<Pid> watchers,
    Map<Term, Term> dictionary) {

  static ProcessInfo of(Process<?> process) {
    MailboxGauge gauge = process.gauge();
    Ties ties = process.extras().ties;
    return new ProcessInfo(
        process.pid(),
        process.label(),
        process.name(),
        ancestorsOf(process),
        process.groupLeader(),
        process.trapsExit(),
        process.isSuspended(),
        process.depth(),
        process.backlogAge(),
        gauge == null ? 0 : gauge.dropped(),
        ties.linked(),
        ties.watched(),
        ties.watchers(),
        dictionaryOf(process));
  }

  private static List<Pid> ancestorsOf(Process<?> process) {
    List<Pid> pids = new ArrayList<>();
    for (Ancestry at = process.parentAncestry(); at != null; at = at.parent()) {
      pids.add(at.pid());
    }
    return pids;
  }

  /** The process dictionary, with what OTP's tools look for in it. */
  static Map<Term, Term> dictionaryOf(Process<?> process) {
    Map<Term, Term> dictionary = new LinkedHashMap<>();
    dictionary.put(
        Atom.of("$initial_call"),
        Tuple.of(GenProtocol.moduleOf(process.label()), Atom.of("init"), new IntTerm(1)));
    dictionary.put(Atom.of("$ancestors"), new ListTerm(List.copyOf(ancestorsOf(process))));
    dictionary.putAll(process.dictionary());
    return dictionary;
  }
}
