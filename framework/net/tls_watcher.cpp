#include <candela/net/detail/tls_files.hpp>
#include <candela/net/detail/tls_native.hpp>
#include <candela/net/tls_watcher.hpp>
#include <utility>

namespace candela::net {

struct tls_watcher::state {
  struct look_timer : timer {
    using timer::timer;
    state* owner = nullptr;
  };

  state(loop& runs_on, std::shared_ptr<const tls_context> in_use, loaded on_load, refused on_refuse,
        std::chrono::milliseconds each)
      : owner(runs_on),
        current(std::move(in_use)),
        on_loaded(std::move(on_load)),
        on_refused(std::move(on_refuse)),
        period(each),
        tried(tls_native::files(*current)),
        seen(tried),
        next_look(owner.timers(), [](timer& fired) { static_cast<look_timer&>(fired).owner->look(); }) {
    next_look.owner = this;
    arm();
  }

  void arm() { next_look.arm(owner.time().steady() + period); }
  void look();
  void load();

  loop& owner;
  std::shared_ptr<const tls_context> current;
  loaded on_loaded;
  refused on_refused;
  std::chrono::milliseconds period;
  tls_files_look tried;  ///< as they stood before the last attempt to load them
  tls_files_look seen;   ///< as they stood at the last look
  look_timer next_look;
};

void tls_watcher::state::look() {
  arm();
  const tls_files_look now = look_at_files(current->options());
  const bool settled = now == std::exchange(seen, now);
  if (settled && now != tried) load();
}

void tls_watcher::state::load() {
  tried = look_at_files(current->options());
  auto fresh = tls_context::load(current->options(), current->ticket_keys());
  if (!fresh) return on_refused(fresh.error());
  current = std::move(*fresh);
  on_loaded(current);
}

tls_watcher::tls_watcher(loop& owner, std::shared_ptr<const tls_context> current, loaded on_loaded, refused on_refused,
                         std::chrono::milliseconds period)
    : state_(std::make_unique<state>(owner, std::move(current), std::move(on_loaded), std::move(on_refused), period)) {}

tls_watcher::~tls_watcher() = default;

std::expected<std::shared_ptr<const tls_context>, std::string> tls_watcher::load_now(const tls_options& wanted) {
  std::shared_ptr<const tls_context>& current = state_->current;
  const bool same_files = wanted == current->options();
  // What was tried on demand is not tried again by itself.
  if (same_files) state_->tried = look_at_files(wanted);
  auto fresh = tls_context::load(wanted, current->ticket_keys());
  if (!fresh) return std::unexpected(std::move(fresh).error());
  if (same_files && (*fresh)->same_certificates(*current)) return current;
  state_->tried = tls_native::files(**fresh);
  state_->seen = state_->tried;
  return current = std::move(*fresh);
}

const std::shared_ptr<const tls_context>& tls_watcher::current() const noexcept { return state_->current; }

}  // namespace candela::net
