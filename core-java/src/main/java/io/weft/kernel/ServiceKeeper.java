package io.weft.kernel;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.runtime.Urgency;
import io.weft.term.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the services of a node running that peers expect under a name. They are there as soon as
 * {@link #run} returns, without anybody having to wait for a process; one that ends, because a peer
 * killed it, say, is started again. A supervisor would give up where many ends are a peer's wish.
 */
public final class ServiceKeeper implements Behavior<Void> {
  /** So that one that cannot live does not keep the node busy. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private record Service(Blueprint<?> blueprint, Address<?> address) {}

  private final List<Service> first;
  private final Map<Reference, Blueprint<?>> running = new HashMap<>();

  private ServiceKeeper(List<Service> first) {
    this.first = first;
  }

  /** Starts services and keeps them running until the node stops. */
  public static void run(Node node, String label, List<Blueprint<?>> blueprints) {
    List<Service> services = new ArrayList<>();
    for (Blueprint<?> each : blueprints) {
      Blueprint<?> blueprint = each.partOfNode();
      services.add(new Service(blueprint, node.spawn(blueprint)));
    }
    var _ =
        node.spawn(
            Blueprint.<Void>of(label, () -> new ServiceKeeper(services)).urgency(Urgency.HIGH));
  }

  /**
   * Whether something is an exit signal. A service traps those, as OTP's do: whoever links with it
   * does not take it along; only the node does, as its parent, for which it stops here.
   */
  public static boolean isExit(Self<?> self, Info info) {
    if (!(info instanceof Info.Exit exit)) {
      return false;
    }
    if (exit.from().equals(self.parent())) {
      self.stop(exit.reason());
    }
    return true;
  }

  @Override
  public void start(Self<Void> self) {
    first.forEach(service -> watch(self, service.blueprint(), service.address()));
  }

  private void watch(Self<Void> self, Blueprint<?> blueprint, Address<?> address) {
    Target target = address.target();
    if (target != null) {
      running.put(self.monitor(target), blueprint);
    }
  }

  @Override
  public void message(Self<Void> self, Void message) {}

  @Override
  public void info(Self<Void> self, Info info) {
    Blueprint<?> ended = info instanceof Info.Down down ? running.remove(down.monitor()) : null;
    if (ended != null) {
      var _ = self.after(PAUSE, () -> again(self, ended));
    }
  }

  private void again(Self<Void> self, Blueprint<?> blueprint) {
    try {
      watch(self, blueprint, self.node().spawn(blueprint));
    } catch (IllegalStateException stopping) {
      self.stop(ExitReason.NORMAL);
    } catch (RuntimeException refused) {
      self.warn("could not start {} again: {}", blueprint.label(), refused);
      var _ = self.after(PAUSE.multipliedBy(100), () -> again(self, blueprint));
    }
  }
}
