// What stages and handlers call. How an exchange runs stands in exchange_run.cpp, its body in exchange_body.cpp.
#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/db/database.hpp>
#include <candela/http/uri.hpp>
#include <candela/server/detail/exchange_entry.hpp>
#include <candela/server/detail/field_rules.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>
#include <stdexcept>

namespace candela {

namespace {

bool is_json(std::string_view type) noexcept {
  const std::string_view essence = type.substr(0, type.find_first_of("; \t"));
  return essence.empty() || essence == "application/json" || essence.ends_with("+json");
}

}  // namespace

net::worker& exchange::worker() noexcept { return home_.worker(); }

db::database exchange::db() {
  if (home_.database() == nullptr) throw std::logic_error("the service has no database");
  return {*home_.database(), *memory_, cancellation()};
}

std::string_view exchange::path(std::string_view name) const {
  for (std::size_t i = 0; i != route_->parameters.size(); ++i) {
    if (route_->parameters[i] == name) return parameters_[i];
  }
  throw std::out_of_range("the route " + route_->pattern + " has no parameter " + std::string(name));
}

std::optional<std::string_view> exchange::query(std::string_view name) const {
  return http::query_parameter(request_.query(), name, *memory_);
}

void exchange::require_json() const {
  if (!is_json(request_.header(http::header::content_type))) {
    throw problem::unsupported_media_type("The body must be application/json.");
  }
}

void exchange::refuse_json(const json::error& wrong) {
  throw problem(400, "invalid_body", wrong.message()).at(wrong.path);
}

void exchange::fail(const candela::problem& what) {
  response_.clear();
  problem_code_ = what.code();
  touched_ = true;
  response_.status(what.status()).content_type(problem::media_type);
  response_.body(what.render(*memory_, correlation_id_));
  if (what.retry_after() != 0) {
    response_.header_unchecked(http::header::retry_after, concatenate(*memory_, what.retry_after()));
  }
}

// The database could not be asked: that passes. What it refused is the handler's defect, unless that looked at it.
void exchange::fail_with(const db::error& failed) {
  if (!failed.is_unavailable()) {
    // Not the detail, which quotes values.
    log::error("a handler's query failed", log::field("route", route_->pattern),
               log::field("code", db::name_of(failed.code())), log::field("sqlstate", failed.sqlstate()),
               log::field("what", failed.message()));
    return fail(problem::internal());
  }
  const auto later = static_cast<unsigned>(failed.retry_after().count());
  fail(problem::unavailable("The database does not answer.").retry_after(std::max(later, 1U)));
}

std::chrono::steady_clock::time_point exchange::deadline() const noexcept {
  if (pinned_ == nullptr || !pinned_->deadline.armed()) return std::chrono::steady_clock::time_point::max();
  return pinned_->deadline.deadline();
}

cancel_token exchange::cancellation() noexcept { return pinned_ == nullptr ? cancel_token() : pinned_->cancel.token(); }

pinned_state& exchange::pinned() {
  // A request whose body was late is pinned on any route: that it would work then is nothing to rely on.
  if (!may_suspend()) {
    throw std::logic_error("route " + route_->pattern + " did not declare that it may suspend");
  }
  return *pinned_;
}

void exchange::spawn(task<void> work) { pinned().work.spawn(std::move(work)); }

const net::peer_identity* exchange::identity() const noexcept {
  return pinned_ != nullptr ? pinned_->identity.get() : wire_->transport().identity();
}

void exchange::set_target(std::string_view target) {
  const std::size_t question = target.find('?');
  const bool visible = std::ranges::all_of(target, [](char byte) {
    return byte > 0x20 && byte < 0x7F && std::string_view("#\"<>\\^`{|}").find(byte) == std::string_view::npos;
  });
  if (target.empty() || target.front() != '/' || !visible || !http::valid_escapes(target)) {
    throw std::invalid_argument("a request target begins with a slash and has valid escapes");
  }
  request_.target_ = memory_->copy(target);
  request_.path_ = request_.target_.substr(0, question);
  request_.query_ = question == std::string_view::npos ? std::string_view() : request_.target_.substr(question + 1);
  request_.changed_ = true;
  rewritten_ = touched_ = true;
}

http::headers& exchange::own_request_headers() {
  if (!own_headers_) {
    // What arrived may belong to a head that the connection remembers: changes go to a copy.
    const http::headers& arrived = *request_.headers_;
    auto& own = memory_->make<http::headers>(memory_->make_array<http::header_field>(arrived.size() + 8), *memory_);
    for (const http::header_field& field : arrived) own.append(field);
    request_.headers_ = &own;
    own_headers_ = touched_ = true;
  }
  return const_cast<http::headers&>(*request_.headers_);
}

void exchange::set_request_header(std::string_view name, std::string_view value) {
  detail::check_field_name(name);
  detail::check_field_value(value);
  own_request_headers().set(memory_->copy(name), memory_->copy(value));
}

void exchange::remove_request_header(std::string_view name) { own_request_headers().remove(name); }

void exchange::filter_input(body_filter& filter) {
  if (body_open_ || position_ > route_->head_stages)
    throw std::logic_error("an input filter comes before the body: its stage must need only the head");
  input_filters_.add(filter);
  touched_ = true;
}

void exchange::filter_output(body_filter& filter) {
  if (head_sent_) throw std::logic_error("an output filter comes before the response has begun");
  output_filters_.add(filter);
  touched_ = true;
}

std::optional<upgraded_connection> exchange::upgrade() {
  pinned_state& state = pinned();
  if (wire_ == nullptr || head_sent_) return std::nullopt;
  upgraded_connection session;
  const std::uint16_t otherwise = response_.status();
  response_.status(101);
  session.transport = wire_->upgrade(response_.head(), session.leftover);
  if (session.transport == nullptr) {
    // A 101 that nobody follows up would have the peer speak another protocol to us.
    response_.status(otherwise);
    return std::nullopt;
  }
  head_sent_ = true;
  wire_ = nullptr;
  state.deadline.cancel();
  return session;
}

exchange_outcome exchange::describe() const {
  return {.route = route_,
          .method = request_.method(),
          .status = head_sent_ ? response_.status() : std::uint16_t{0},
          .method_name = request_.method_name(),
          .target = request_.head_->target,
          .code = problem_code_,
          .correlation_id = correlation_id_,
          .peer = peer(),
          .bytes_in = bytes_in_,
          .bytes_out = bytes_out_,
          .accepted_at = accepted_at_,
          .entered = position_,
          .slots = slots_};
}

}  // namespace candela
