#include <candela/middleware/basic_auth.hpp>

#include <algorithm>
#include <array>
#include <candela/core/metrics.hpp>
#include <candela/core/random.hpp>
#include <candela/jose/base64.hpp>
#include <candela/jose/digest.hpp>
#include <candela/jose/password_hash.hpp>
#include <candela/jose/secret.hpp>
#include <candela/server/extension.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "middleware/detail/challenges.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/listed_party.hpp"
#include "middleware/detail/token_cache.hpp"
#include "middleware/detail/under_way.hpp"

namespace candela::middleware {

namespace {

constexpr std::array<const char*, 6> result_names = {"cached",  "checked",   "missing",
                                                     "refused", "forbidden", "unavailable"};
constexpr std::size_t max_given_bytes = 1024;
constexpr unsigned max_waiting = 64;

struct listed_user {
  std::unique_ptr<const detail::listed_party> party;
  jose::password_hash password;
};

std::vector<listed_user> read_users(config::reader& options) {
  std::vector<listed_user> users;
  for (const config::node& each : options.list("users")) {
    config::reader from(each);
    auto hash = jose::password_hash::parse(from.string("password"));
    if (!hash) from.get("password").fail(hash.error());
    auto party = std::make_unique<const detail::listed_party>(from, "basic_auth", authentication::password);
    from.finish();
    // RFC 7617, section 2: the first colon ends the name.
    if (party->who().subject.find(':') != std::string_view::npos) from.get("name").fail("a name here has no colon");
    users.push_back({std::move(party), std::move(*hash)});
  }
  if (users.empty()) options.get("users").fail("at least one user is needed");
  const auto name = [](const listed_user& each) { return each.party->who().subject; };
  std::ranges::sort(users, {}, name);
  if (std::ranges::adjacent_find(users, {}, name) != users.end()) options.get("users").fail("a name is there twice");
  return users;
}

detail::token_cache cache_of(config::reader& options) {
  using namespace std::chrono_literals;
  config::reader cache = options.section("cache");
  const auto passwords = cache.integer<std::size_t>("passwords", 256, {0, 100'000});
  return {passwords, cache.duration("ttl", 60s, {0s, 1h})};
}

struct name_and_password {
  std::string name;
  jose::secret_bytes password;
};

std::optional<name_and_password> read_given(std::string_view given) {
  if (given.size() > max_given_bytes) return std::nullopt;
  std::optional<std::string> text = jose::decode_base64(given, true);
  const std::size_t colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  const std::span all(*text);
  name_and_password read{text->substr(0, colon), jose::secret_bytes(std::as_bytes(all.subspan(colon + 1)))};
  jose::wipe(std::as_writable_bytes(all));
  return read;
}

}  // namespace

struct basic_auth::parts {
  explicit parts(stage_setup& setup)
      : worker(setup.worker()),
        lane(setup.lanes().cpu),
        place(detail::password_words.scheme),
        users(read_users(setup.options())),
        nobody(users.front().password.of_nobody()),
        cache(cache_of(setup.options())),
        answers(detail::password_words, setup.options()),
        scopes(setup.options()),
        optional(setup.options().boolean("optional", false)) {
    fill_random(std::as_writable_bytes(std::span(salt)));
    for (std::size_t each = 0; each != counters.size(); ++each) {
      counters[each] = &setup.metrics().counter_cell(
          "basic_auth_requests_total", "Requests by what became of their password.",
          {{"chain", std::string(setup.chain())}, {"result", result_names[each]}}, setup.worker().index());
    }
  }

  [[nodiscard]] const listed_user* find(std::string_view name) const noexcept {
    const auto subject = [](const listed_user& each) { return each.party->who().subject; };
    const auto found = std::ranges::lower_bound(users, name, {}, subject);
    return found != users.end() && subject(*found) == name ? &*found : nullptr;
  }
  // What the cache has instead of a password: worth nothing to who reads the memory, or knows another's.
  [[nodiscard]] std::string fingerprint(std::string_view given) const {
    jose::sha256_stream digest;
    digest.add(std::string_view(salt.data(), salt.size()));
    digest.add(given);
    const jose::sha256_digest made = digest.finish();
    return {reinterpret_cast<const char*>(made.data()), made.size()};
  }
  [[nodiscard]] const detail::listed_party* find_known(std::string_view given) {
    if (!cache.enabled() || given.size() > max_given_bytes) return nullptr;
    const detail::known_token* known = cache.find(fingerprint(given), worker.time());
    return known == nullptr ? nullptr : static_cast<const detail::listed_party*>(known->checked_by);
  }
  void remember(std::string_view given, const detail::listed_party& user) {
    detail::known_token_ptr made = detail::known_token_ptr::make();
    made->token = made->memory.copy(fingerprint(given));
    made->checked_by = &user;
    cache.keep(made, worker.time());
  }

  net::worker& worker;
  net::lane& lane;
  detail::credential_place place;
  std::vector<listed_user> users;
  jose::password_hash nobody;
  detail::token_cache cache;
  detail::challenges answers;
  detail::scope_rules scopes;
  bool optional;
  std::array<char, 32> salt{};
  unsigned waiting = 0;
  std::array<metrics::counter*, result_names.size()> counters{};
};

basic_auth::basic_auth(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
basic_auth::basic_auth(basic_auth&&) noexcept = default;
basic_auth::~basic_auth() = default;

bool basic_auth::may_suspend_for(const http::request_head& head) {
  const detail::credential given = parts_->place.find(head.headers);
  return given.found == detail::credential_found::one && parts_->find_known(given.value) == nullptr;
}

step basic_auth::on_request(exchange& x) {
  const detail::credential given = parts_->place.find(x.request().headers());
  if (given.found == detail::credential_found::none) {
    count(result::missing);
    return parts_->optional && parts_->scopes.none_for(x) ? step::next : parts_->answers.missing(x);
  }
  if (given.found == detail::credential_found::ambiguous) {
    count(result::refused);
    detail::log_refusal(x, "a password was refused", "malformed", "it comes twice");
    return parts_->answers.ambiguous(x);
  }
  if (const detail::listed_party* known = parts_->find_known(given.value)) return accept(x, *known, result::cached);
  std::optional<name_and_password> read = read_given(given.value);
  if (!read) return refuse(x, "it is no name and password in base64");
  // On a way that cannot wait, nobody may hold up the loop for so long.
  if (!x.may_suspend() || parts_->waiting == max_waiting) return refuse_crowded(x);
  x.spawn(check(x, std::move(read->name), std::move(read->password), given.value, x.suspend()));
  return step::suspended;
}

task<void> basic_auth::check(exchange& x, std::string name, jose::secret_bytes password, std::string_view given,
                             resume_token right) {
  const listed_user* user = parts_->find(name);
  auto work = [hash = user != nullptr ? user->password : parts_->nobody, secret = std::move(password)] {
    return hash.matches(secret.text());
  };
  std::optional<detail::under_way> waiting(std::in_place, parts_->waiting);
  const auto ran = co_await parts_->lane.run(parts_->worker.loop(), std::move(work), x.cancellation());
  waiting.reset();
  step outcome = step::done;
  if (!ran) {
    outcome = x.cancelled() ? step::done : refuse_crowded(x);
  } else if (user == nullptr || !*ran) {
    outcome = refuse(x, "no such name, or another password");
  } else {
    parts_->remember(given, *user->party);
    outcome = accept(x, *user->party, result::checked);
  }
  right.resume(outcome);
}

step basic_auth::accept(exchange& x, const detail::listed_party& user, result how) {
  if (!parts_->scopes.satisfied(x, user.who())) {
    count(result::forbidden);
    return parts_->answers.insufficient(x, parts_->scopes.needed(x));
  }
  count(how);
  x.put<principal>(user.who());
  return step::next;
}

step basic_auth::refuse(exchange& x, std::string_view why) {
  count(result::refused);
  detail::log_refusal(x, "a password was refused", "credentials_invalid", why);
  return parts_->answers.invalid(x);
}

step basic_auth::refuse_crowded(exchange& x) {
  count(result::unavailable);
  detail::log_refusal(x, "a password cannot be checked", "busy", "too many checks wait");
  return parts_->answers.unavailable(x);
}

void basic_auth::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("basic_auth", basic_auth);

}  // namespace candela::middleware
