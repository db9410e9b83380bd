package io.weft.pg;

import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The processes of this node that are in groups, each monitored. In turns of the scope. */
final class LocalMembers {
  private static final Atom NOLOCAL = Atom.of("nolocal");

  /** How often a process is in each group. */
  private record Member(Pid pid, Reference monitor, Map<Term, Integer> groups) {}

  private final Self<ScopeMessage> self;
  private final Memberships memberships;
  private final Watches watches;
  private final Map<Pid, Member> members = new HashMap<>();
  private final Map<Reference, Member> byMonitor = new HashMap<>();

  LocalMembers(Self<ScopeMessage> self, Memberships memberships, Watches watches) {
    this.self = self;
    this.memberships = memberships;
    this.watches = watches;
  }

  /** Reads a pid or a list of pids of this node. */
  List<Pid> own(Term term) {
    List<Pid> pids = PeerScopes.pids(term);
    for (Pid pid : pids) {
      if (!self.node().isHere(pid)) {
        throw new TermMappingException(NOLOCAL + ": " + pid + " is of another node");
      }
    }
    return pids;
  }

  /** Adds processes to a group; false if there is none to add. */
  boolean join(Term group, List<Pid> pids) {
    for (Pid pid : pids) {
      members.computeIfAbsent(pid, this::watched).groups.merge(group, 1, Integer::sum);
    }
    if (!pids.isEmpty()) {
      memberships.join(group, pids, true);
      watches.tell(new GroupEvent.Join(group, pids));
    }
    return !pids.isEmpty();
  }

  private Member watched(Pid pid) {
    var member = new Member(pid, self.monitor(new Target.ByPid(pid)), new HashMap<>(2));
    byMonitor.put(member.monitor, member);
    return member;
  }

  /** Takes processes out of a group, each once for each time it is named; false if none was in. */
  boolean leave(Term group, List<Pid> pids) {
    List<Pid> left = new ArrayList<>(pids.size());
    for (Pid pid : pids) {
      Member member = members.get(pid);
      if (member != null && member.groups.containsKey(group)) {
        member.groups.computeIfPresent(group, (_, times) -> times == 1 ? null : times - 1);
        left.add(pid);
        if (member.groups.isEmpty()) {
          forget(member);
          self.demonitor(member.monitor, true);
        }
      }
    }
    if (!left.isEmpty()) {
      memberships.leave(group, left, true);
      watches.tell(new GroupEvent.Leave(group, left));
    }
    return !left.isEmpty();
  }

  private void forget(Member member) {
    members.remove(member.pid);
    byMonitor.remove(member.monitor);
  }

  /** A monitor has reported; returns how often its process was in which group, or null. */
  @Nullable Map<Term, Integer> onDown(Reference monitor) {
    Member member = byMonitor.get(monitor);
    if (member == null) {
      return null;
    }
    forget(member);
    member.groups.forEach((group, times) -> {
      memberships.leave(group, Collections.nCopies(times, member.pid), true);
      for (int i = 0; i < times; i++) { // one by one, as OTP tells it
        watches.tell(new GroupEvent.Leave(group, List.of(member.pid)));
      }
    });
    return member.groups;
  }

  /** Returns each group as often as a process was in it. */
  static ListTerm repeated(Map<Term, Integer> groups) {
    List<Term> all = new ArrayList<>();
    groups.forEach((group, times) -> all.addAll(Collections.nCopies(times, group)));
    return new ListTerm(all);
  }

  /** Returns {@code [{Group, [Pid]}]}. */
  ListTerm toTerm() {
    List<Term> all = new ArrayList<>();
    for (Term group : memberships.groups()) {
      List<Pid> local = memberships.localMembers(group);
      if (!local.isEmpty()) {
        all.add(Tuple.of(group, new ListTerm(List.<Term>copyOf(local))));
      }
    }
    return new ListTerm(all);
  }
}
