#include <candela/store/detail/redis_access.hpp>

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/net/resolver.hpp>
#include <utility>

namespace candela::store {

namespace {

using namespace std::chrono_literals;

// Longer than other workers' clocks are behind, as the embedded store has it.
constexpr std::chrono::seconds margin{5};

}  // namespace

redis_access::redis_access(net::worker& home, const settings& chosen, const redis_url& where, net::lane& names,
                           redis_outage& outage, metrics::registry* metrics)
    : home_(home),
      chosen_(chosen),
      where_(where),
      names_(names),
      metrics_(metrics, home.index()),
      patience_(
          home.timers(), [](net::timer& fired) { static_cast<owned_timer&>(fired).owner.on_patience_over(); }, *this),
      reconnect_(
          home.timers(),
          [](net::timer& fired) {
            redis_access& self = static_cast<owned_timer&>(fired).owner;
            if (self.link_ == nullptr) return self.connect();
            self.give_up(self.refused_ ? "it refuses this service" : "no connection in time");
          },
          *this),
      outage_(outage) {}

redis_access::~redis_access() { close(); }

void redis_access::close() noexcept {
  closed_ = true;
  connecting_.cancel();
  patience_.cancel();
  reconnect_.cancel();
  outage_.leave();
  link_.reset();
}

// --- connecting

void redis_access::connect() {
  if (closed_ || link_ != nullptr || !connecting_.empty()) return;
  connecting_.spawn(find_and_open());
}

task<void> redis_access::find_and_open() {
  if (!where_.path.empty()) {
    open({});
    co_return;
  }
  const auto found = co_await net::resolve(names_, home_.loop(), where_.host, where_.port, connecting_.token());
  if (closed_) co_return;
  // Another one each time: a name may stand for an address that nobody listens at.
  found ? open((*found)[failures_ % found->size()].host()) : give_up(found.error().text());
}

void redis_access::open(const std::string& address) {
  link_ = std::make_unique<redis_link>(home_, static_cast<redis_link::listener&>(*this));
  std::string why;
  if (!link_->open(where_, address, why)) return give_up(why);
  reconnect_.arm(home_.time().steady() + chosen_.connect_timeout);
  introduce();
}

// What goes before every question. Those behind it are not believed when the server thinks otherwise: they would be
// somebody else's, or of another database.
void redis_access::introduce() {
  refused_ = false;
  const auto report = [](redisAsyncContext*, void* answered, void* self) {
    const auto* reply = static_cast<const redisReply*>(answered);
    if (reply == nullptr || reply->type != REDIS_REPLY_ERROR) return;
    static_cast<redis_access*>(self)->on_refused({reply->str, reply->len});
  };
  if (!chosen_.password.empty()) {
    const std::string_view with_user[] = {"AUTH", chosen_.user, chosen_.password};
    const std::string_view alone[] = {"AUTH", chosen_.password};
    const std::span<const std::string_view> words =
        chosen_.user.empty() ? std::span<const std::string_view>(alone) : std::span<const std::string_view>(with_user);
    static_cast<void>(link_->ask(words, report, this));
  }
  const std::string database = std::to_string(where_.database);
  const std::string_view select[] = {"SELECT", database};
  if (where_.database != 0) static_cast<void>(link_->ask(select, report, this));
  digest_.clear();
  const std::string_view load[] = {"SCRIPT", "LOAD", take_script()};
  static_cast<void>(link_->ask(
      load,
      [](redisAsyncContext*, void* answered, void* self) {
        const auto* reply = static_cast<const redisReply*>(answered);
        if (reply == nullptr || reply->type != REDIS_REPLY_STRING) return;
        auto& own = *static_cast<redis_access*>(self);
        own.digest_.assign(reply->str, reply->len);
        if (!own.refused_) own.on_good_answer();
      },
      this));
}

void redis_access::on_connected() {
  connected_ = true;
  failures_ = 0;
  reconnect_.cancel();
}

// Tried again later, with a new connection.
void redis_access::on_refused(std::string_view why) {
  refused_ = true;
  outage_.begin(redis_outage::reason::refused, why);
  reconnect_.arm(home_.time().steady() + chosen_.reconnect_delay_max);
}

void redis_access::on_lost(const std::string& why) { give_up(why); }

void redis_access::give_up(const std::string& why) {
  // What was refused was told as that.
  if (!refused_) outage_.begin(redis_outage::reason::unreachable, why);
  connected_ = refused_ = false;
  link_.reset();
  std::chrono::milliseconds delay = chosen_.reconnect_delay;
  for (unsigned i = 0; i < failures_ && delay < chosen_.reconnect_delay_max; ++i) delay *= 2;
  ++failures_;
  delay = std::min(delay, std::max(chosen_.reconnect_delay, chosen_.reconnect_delay_max));
  const auto half = static_cast<std::uint64_t>(delay.count()) / 2;
  reconnect_.arm(home_.time().steady() + std::chrono::milliseconds(half + random_.below(half + 2)));
}

void redis_access::on_good_answer() noexcept {
  outage_.end();
  errs_ = false;
}

// Of the first one, not of each.
void redis_access::complain(std::string_view why) noexcept {
  if (errs_ || home_.time().steady() < complain_at_) return;
  errs_ = true;
  complain_at_ = home_.time().steady() + 1s;
  log::warn("Redis answered with an error", log::field("worker", home_.index()), log::field("why", why));
}

// --- asking

answer redis_access::spend_now(std::string_view, clock::wall_time) { return std::unexpected(errc::unavailable); }

answer redis_access::take_now(std::span<const limit_use>, std::span<limit_state>) noexcept {
  return std::unexpected(errc::unavailable);
}

bool redis_access::refuse(operation& asked, errc why) noexcept {
  asked.result = std::unexpected(why);
  metrics_.count(why);
  return false;
}

// Nobody waits for a connection that is not even being made.
bool redis_access::can_ask(operation& asked) noexcept {
  if (closed_) return refuse(asked, errc::closed);
  if (refused_) return refuse(asked, errc::refused);
  if (link_ == nullptr || questions_.size() >= chosen_.queue_limit) return refuse(asked, errc::unavailable);
  return true;
}

// A turn that takes long is not at the expense of what is asked at its end.
clock::steady_time redis_access::asking_time() const noexcept {
  return home_.time().manual() ? home_.time().steady() : std::chrono::steady_clock::now();
}

question& redis_access::add(operation& asker, take_operation* take) {
  const auto asked_at = asking_time();
  // A server that owes nothing may be silent.
  if (questions_.size() == 0) heard_at_ = asked_at;
  return questions_.add(*this, asker, take, asked_at);
}

bool redis_access::submit(spend_operation& asked) {
  if (asked.key.size() > max_key_bytes) return refuse(asked, errc::too_large);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(asked.expires - home_.time().wall());
  if (left.count() <= 0) return asked.result = false, false;
  if (!can_ask(asked)) return false;
  key_.assign(chosen_.prefix).append("spent:").append(asked.key);
  const std::string life = std::to_string((left + margin).count());
  const std::string_view words[] = {"SET", key_, "1", "NX", "PX", life};
  return ask(add(asked, nullptr), words);
}

bool redis_access::submit(take_operation& asked) {
  const auto fits = [](const limit_use& use) { return use.key.bytes().size() <= limit_key::max_bytes; };
  if (asked.uses.size() > max_limits || !std::ranges::all_of(asked.uses, fits)) return refuse(asked, errc::too_large);
  if (!can_ask(asked)) return false;
  return ask_take(add(asked, &asked));
}

bool redis_access::ask_take(question& about) {
  about.in_full = digest_.empty();
  const std::string_view verb = about.in_full ? "EVAL" : "EVALSHA";
  const std::string_view script = about.in_full ? take_script() : std::string_view(digest_);
  return ask(about, command_.write(verb, script, chosen_.prefix, about.take->uses));
}

bool redis_access::ask(question& about, std::span<const std::string_view> words) {
  const auto on_answer = [](redisAsyncContext*, void* reply, void* asked) {
    auto& answered = *static_cast<question*>(asked);
    answered.home->settle(answered, static_cast<const redisReply*>(reply));
  };
  if (!link_->ask(words, on_answer, &about)) {
    operation& asker = *about.asker;
    questions_.remove(about);
    return refuse(asker, errc::unavailable);
  }
  if (!patience_.armed()) arm_patience();
  return true;
}

void redis_access::settle(question& about, const redisReply* reply) {
  if (reply == nullptr) return finish(about, std::unexpected(closed_ ? errc::closed : errc::unavailable));
  heard_at_ = home_.time().steady();
  if (refused_) return finish(about, std::unexpected(errc::refused));
  if (about.asker != nullptr && reply->type == REDIS_REPLY_ERROR) {
    const std::string_view text(reply->str, reply->len);
    // The server has lost its scripts: the one that is meant goes along.
    if (about.take != nullptr && !about.in_full && text.starts_with("NOSCRIPT")) {
      digest_.clear();
      operation& asker = *about.asker;
      if (!ask_take(about)) asker.on_done(asker);
      return;
    }
    complain(text);
  }
  if (reply->type != REDIS_REPLY_ERROR) on_good_answer();
  finish(about, about.asker == nullptr ? answer(false) : read(about, *reply));
}

answer redis_access::read(const question& about, const redisReply& reply) noexcept {
  if (about.take != nullptr) return read_taken(reply, about.take->states);
  if (reply.type == REDIS_REPLY_STATUS) return true;
  if (reply.type == REDIS_REPLY_NIL) return false;
  return std::unexpected(errc::refused);
}

// Whoever asked may ask again within the call.
void redis_access::finish(question& about, answer given) noexcept {
  operation* asker = about.asker;
  questions_.remove(about);
  if (asker == nullptr) return;
  if (!given) metrics_.count(given.error());
  asker->result = given;
  asker->on_done(*asker);
}

// What has come while this worker was held up is an answer in time, however late it is read.
void redis_access::on_patience_over() {
  const auto now = home_.time().steady();
  const auto is_over = [&](const question* each) { return each != nullptr && each->asked_at + chosen_.timeout <= now; };
  if (is_over(questions_.oldest()) && link_ != nullptr) link_->read_now();
  if (connected_ && now - heard_at_ >= chosen_.timeout + chosen_.connect_timeout) return give_up("it does not answer");
  // Whoever goes on may ask again, and stands behind all others then.
  while (is_over(questions_.oldest())) {
    operation* asker = questions_.time_out(*questions_.oldest());
    if (asker == nullptr) continue;
    metrics_.count(errc::timed_out);
    asker->result = std::unexpected(errc::timed_out);
    asker->on_done(*asker);
  }
  arm_patience();
}

void redis_access::arm_patience() {
  if (const question* next = questions_.oldest()) patience_.arm(next->asked_at + chosen_.timeout);
}

}  // namespace candela::store
