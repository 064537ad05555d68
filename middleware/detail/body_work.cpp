#include "middleware/detail/body_work.hpp"

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>
#include <candela/json/pointer.hpp>
#include <candela/middleware/message_authors.hpp>
#include <candela/server/problem.hpp>
#include <stdexcept>

namespace candela::middleware::detail {

namespace {

using jose::failure;

// More than that is hashed and copied long enough to be noticed by the others on the loop.
constexpr std::size_t light_bytes = 16 * 1024;

constexpr jose::error unprotected{failure::malformed, "there is no protected message"};
constexpr jose::error too_large{failure::too_large, "the body"};
constexpr jose::error compressed{failure::malformed, "the body has a Content-Encoding"};
constexpr jose::error streamed{failure::malformed, "the response is streamed, and has to be whole for this"};

// A piece of work that owns what it uses: whoever waits for it may go away.
struct lane_work {
  std::shared_ptr<const body_codec> codec;
  std::string content_type;
  std::string signature;
  jose::secret_bytes body;
  clock::wall_time now;

  std::expected<changed_body, jose::error> operator()() const {
    return codec->apply({content_type, signature, body.text(), now});
  }
};

bool is_compressed(const http::headers& fields) noexcept { return fields.has(http::header::content_encoding); }

// What has no body by its nature (RFC 9110, section 9.3): then there is nothing to be protected.
bool may_lack_body(http::method method) noexcept {
  return method == http::method::get || method == http::method::head || method == http::method::options;
}

metrics::counter& counter_of(stage_setup& setup, std::string_view stage, const char* outcome) {
  return setup.metrics().counter_cell(
      "message_security_total", "Bodies that a stage has signed, verified, encrypted, decrypted, sealed or opened.",
      {{"stage", std::string(stage)}, {"outcome", outcome}}, setup.worker().index());
}

}  // namespace

body_settings read_body_settings(stage_setup& setup, body_change change, bool detachable) {
  config::reader& options = setup.options();
  const bool unwraps = change == body_change::unwraps;
  body_settings read{.change = change};
  read.direction = options.choose<body_direction>(
      "direction", {{"request", body_direction::request}, {"response", body_direction::response}},
      unwraps ? body_direction::request : body_direction::response);
  read.part.places = options.strings("members");
  read.part.required = options.boolean("required", true);
  read.max_bytes = options.size("max_bytes", read.max_bytes, {1, 64 * 1024 * 1024});
  if (!unwraps) read.types = options.strings("types");
  if (detachable) read.header = options.string("header", "");
  if (!read.part.places.empty()) read.part.shape = body_shape::members;
  for (std::size_t i = 0; i != read.part.places.size(); ++i) {
    const std::string& place = read.part.places[i];
    if (place.empty() || !json::is_pointer(place))
      options.get("members").fail("'" + place + "' is no JSON Pointer to a member (/card/number)");
    for (const std::string& other : std::span(read.part.places).first(i)) {
      if (json::pointers_overlap(place, other))
        options.get("members").fail("'" + place + "' and '" + other + "' are one inside the other");
    }
  }
  if (read.header.empty()) return read;
  if (!http::is_token(read.header)) options.get("header").fail("'" + read.header + "' is no name of a header field");
  if (read.part.shape == body_shape::members)
    options.get("header").fail("a signature in a header field covers the whole body, not members");
  read.part.shape = body_shape::detached;
  return read;
}

/// Keeps a streamed response back until it is whole, then sends what becomes of it.
class body_work::gatherer final : public body_filter {
 public:
  gatherer(body_work& stage, std::shared_ptr<const body_codec> codec, std::string_view content_type) noexcept
      : stage_(stage), codec_(std::move(codec)), content_type_(content_type) {}

  std::optional<problem> on_chunk(exchange& x, std::string_view piece, body_sink&) override {
    if (piece.size() > stage_.settings_.max_bytes - size_) return stage_.refusal(x, too_large);
    if (size_ + piece.size() > bytes_.size()) {
      jose::secret_bytes larger(std::max(2 * bytes_.size(), size_ + piece.size()));
      std::ranges::copy(gathered(), reinterpret_cast<char*>(larger.data()));
      bytes_ = std::move(larger);
    }
    std::ranges::copy(piece, reinterpret_cast<char*>(bytes_.data()) + size_);
    size_ += piece.size();
    return std::nullopt;
  }

  std::optional<problem> on_end(exchange& x, body_sink& out) override {
    const auto made = codec_->apply({content_type_, {}, gathered(), stage_.time_.wall()});
    if (!made) return stage_.refusal(x, made.error());
    stage_.passed_.add();
    out.append(made->body->text());
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string_view gathered() const noexcept { return bytes_.text().substr(0, size_); }

  body_work& stage_;
  std::shared_ptr<const body_codec> codec_;  // the one that has said the type
  std::string_view content_type_;
  jose::secret_bytes bytes_;
  std::size_t size_ = 0;
};

body_work::body_work(stage_setup& setup, std::string_view stage, body_settings settings,
                     const std::vector<config::node>& files, codec_maker make)
    : name_(stage),
      place_(setup.options().map()),
      settings_(std::move(settings)),
      codec_(setup, files, std::move(make)),
      lanes_(setup.lanes()),
      time_(setup.time()),
      passed_(counter_of(setup, stage, "done")),
      refused_(counter_of(setup, stage, "refused")) {}

bool body_work::applies_to(const route& asked) const {
  if (settings_.direction != body_direction::request || asked.options.body != body_mode::streamed) return true;
  const std::string why = "the stage " + name_ + " needs the whole body of a request, and the route " + asked.pattern +
                          " takes it in pieces";
  if (place_.where().line != 0) place_.fail(why);
  // Code has written the chain; whoever puts the route together may know where that stands.
  throw std::invalid_argument(why);
}

task<step> body_work::on_request(exchange& x) {
  if (settings_.direction != body_direction::request) {
    // A part of what is protected as a whole would be of no use to anybody.
    if (settings_.change == body_change::wraps && x.request().headers().has(http::header::range))
      x.remove_request_header("Range");
    co_return step::next;
  }
  const request& asked = x.request();
  if (!concerns(x, asked.headers(), asked.body(), may_lack_body(asked.method()))) co_return step::next;
  auto made = co_await run(x, message_of(asked.headers(), asked.body()));
  if (!made) refuse(x, made.error());
  passed_.add();
  put_request(x, std::move(*made));
  co_return step::next;
}

task<void> body_work::on_response(exchange& x) {
  if (settings_.direction != body_direction::response) co_return;
  const response& answer = x.response();
  if (x.response_streamed()) {
    stream(x);
    co_return;
  }
  // What went wrong behind this stage is told as it is: there is nothing in it to be trusted.
  if (settings_.change == body_change::unwraps && answer.status() >= 400) co_return;
  const bool may_be_empty = settings_.change == body_change::wraps || answer.status() == 204 ||
                            answer.status() == 304 || x.request().method() == http::method::head;
  if (!concerns(x, answer.headers(), answer.body(), may_be_empty)) co_return;
  auto made = co_await run(x, message_of(answer.headers(), answer.body()));
  if (!made) refuse(x, made.error());
  passed_.add();
  put_response(x, std::move(*made));
}

// Whether there is something to do for this message; throws where there should be and isn't.
bool body_work::concerns(const exchange& x, const http::headers& fields, std::string_view body, bool may_be_empty) {
  const bool found =
      settings_.change == body_change::wraps ? is_to_be_wrapped(fields, body) : is_wrapped(x, fields, body);
  if (!found) {
    const bool expected = settings_.change == body_change::unwraps && settings_.part.required;
    if (expected && !(body.empty() && may_be_empty)) refuse(x, unprotected);
    return false;
  }
  if (is_compressed(fields)) refuse(x, compressed);
  if (body.size() > settings_.max_bytes) refuse(x, too_large);
  return true;
}

bool body_work::is_wrapped(const exchange& x, const http::headers& fields, std::string_view body) {
  switch (settings_.part.shape) {
    case body_shape::whole: return !body.empty() && is_jose_type(fields.get(http::header::content_type));
    case body_shape::members: return !body.empty() && is_json_type(fields.get(http::header::content_type));
    case body_shape::detached: break;
  }
  const auto is_signature = [this](const http::header_field& each) {
    return equal_ignoring_case(each.name, settings_.header);
  };
  const auto count = std::ranges::count_if(fields, is_signature);
  if (count > 1) refuse(x, {failure::malformed, "several signatures in header fields"});
  return count == 1;
}

bool body_work::is_to_be_wrapped(const http::headers& fields, std::string_view body) const {
  if (body.empty()) return false;
  const std::string_view essence = essence_of(fields.get(http::header::content_type));
  if (settings_.types.empty()) return !equal_ignoring_case(essence, problem::media_type);
  return std::ranges::any_of(settings_.types,
                             [essence](const std::string& each) { return equal_ignoring_case(each, essence); });
}

body_message body_work::message_of(const http::headers& fields, std::string_view body) const {
  const bool detached = settings_.part.shape == body_shape::detached;
  return {fields.get(http::header::content_type), detached ? fields.get(settings_.header) : std::string_view(), body,
          time_.wall()};
}

task<std::expected<changed_body, jose::error>> body_work::run(exchange& x, body_message message) {
  const std::shared_ptr<const body_codec>& codec = codec_.current();
  if (codec->is_light() && message.body.size() <= light_bytes && x.worker().claim_turn())
    co_return codec->apply(message);
  lane_work work{codec, std::string(message.content_type), std::string(message.signature),
                 jose::secret_bytes(std::as_bytes(std::span(message.body))), message.now};
  auto done = co_await lanes_.cpu.run(x.loop(), std::move(work), x.cancellation());
  if (!done) throw problem::unavailable("The service has too much to do.").retry_after(1);
  co_return std::move(*done);
}

void body_work::put_request(exchange& x, changed_body made) const {
  put_authors(x, made.authors);
  if (!made.content_type.empty()) x.set_request_header("Content-Type", made.content_type);
  if (!made.signature.empty()) x.set_request_header(settings_.header, made.signature);
  if (!made.body) return;
  const jose::secret_bytes& kept = x.arena().make<jose::secret_bytes>(std::move(*made.body));
  x.set_request_body(kept.text());
  x.set_request_header("Content-Length", std::to_string(kept.size()));
  x.remove_request_header("Transfer-Encoding");
}

void body_work::put_response(exchange& x, changed_body made) const {
  put_authors(x, made.authors);
  response& answer = x.response();
  if (!made.content_type.empty()) answer.content_type(x.arena().copy(made.content_type));
  if (!made.signature.empty()) answer.header(settings_.header, made.signature);
  if (made.body) answer.body(x.arena().make<jose::secret_bytes>(std::move(*made.body)).text());
}

// Behind those of stages that ran before.
void body_work::put_authors(exchange& x, const std::vector<body_author>& authors) const {
  if (authors.empty()) return;
  const message_authors* earlier = x.get<message_authors>();
  const std::size_t before = earlier == nullptr ? 0 : earlier->all.size();
  const std::span<message_author> all = x.arena().make_array<message_author>(before + authors.size());
  if (before != 0) std::ranges::copy(earlier->all, all.begin());
  std::ranges::transform(authors, all.begin() + static_cast<std::ptrdiff_t>(before), [&x](const body_author& each) {
    return message_author{x.arena().copy(each.place), x.arena().copy(each.signer), x.arena().copy(each.key_id)};
  });
  x.put<message_authors>(message_authors{all});
}

// The head leaves before the body is known: what it must say of it has to be known already.
void body_work::stream(exchange& x) {
  const http::headers& fields = x.response().headers();
  const std::string_view type = fields.get(http::header::content_type);
  constexpr std::string_view something = "-";
  if (settings_.change == body_change::wraps && !is_to_be_wrapped(fields, something)) return;
  if (settings_.change == body_change::unwraps || settings_.part.shape == body_shape::detached) refuse(x, streamed);
  if (is_compressed(fields)) refuse(x, compressed);
  const std::shared_ptr<const body_codec>& codec = codec_.current();
  x.filter_output(x.arena().make<gatherer>(*this, codec, x.arena().copy(type)));
  if (settings_.part.shape == body_shape::whole) x.response().content_type(codec->made_type());
}

void body_work::refuse(const exchange& x, const jose::error& why) { throw refusal(x, why); }

// Clients learn that a message was refused, and never why: the log says that.
problem body_work::refusal(const exchange& x, const jose::error& why) {
  refused_.add();
  log::warn("a message was refused", log::field("stage", name_), log::field("code", name_of(why.code)),
            log::field("detail", why.detail), log::field("route", x.route().pattern),
            log::field("correlation_id", x.correlation_id()));
  if (why == failure::out_of_resources) return problem::unavailable("The service has too much to do.").retry_after(1);
  const bool request = settings_.direction == body_direction::request;
  if (request && why == failure::too_large) return problem::too_large("The request's body is too large.");
  if (request && settings_.change == body_change::unwraps)
    return {400, "message_refused", "The body is not protected as this resource asks for."};
  const bool unfit = why == failure::json_invalid || why == failure::claim_missing;
  if (request && unfit) return problem::bad_request("The body is not the document that this resource asks for.");
  if (settings_.change == body_change::unwraps)
    return {502, "message_refused", "The answer of another service was refused."};
  return problem::internal();
}

}  // namespace candela::middleware::detail
