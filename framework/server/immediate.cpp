// The straight way: requests that need nothing but the processor, from the codec through stages and handler to the
// response in one go. Nearly every request of a fast service passes here, so that what the calls share stands in one
// place.
#include <algorithm>
#include <candela/server/detail/batch.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <stdexcept>

namespace candela {

// On the way of every request: only what the last one can have changed is reset.
inline void exchange::reset(http::stream& wire, const http::request_head& head, candela::arena& memory,
                            std::string_view body) {
  wire_ = &wire;
  memory_ = &memory;
  slots_ = nullptr;
  request_.head_ = &head;
  request_.headers_ = &head.headers;
  request_.body_ = body;
  correlation_id_ = {};
  bytes_in_ = body.size();
  bytes_out_ = 0;
  position_ = entered_ = 0;
  phase_ = phase::stages;
  head_sent_ = cancelled_ = body_open_ = false;
  if (touched_) [[unlikely]]
    forget_rare();
  response_.restart(memory);
}

void exchange::start(http::stream& wire, const http::request_head& head, candela::arena& memory) {
  reset(wire, head, memory, {});
  accepted_at_ = time_.steady();
}

// False: something is asked for that only the general way has.
inline bool exchange::run_stages_immediately() {
  const std::vector<stage_hooks>& stages = route_->stages;
  if (request_.body_.size() > route_->options.max_body_bytes) return false;
  try {
    for (std::size_t i = 0; i != stages.size(); ++i) {
      if (touched_ && (i == route_->head_stages || i == route_->entry_stages)) return false;
      entered_ = position_ = static_cast<std::uint16_t>(i + 1);
      const stage_hooks& stage = stages[i];
      if (stage.on_request == nullptr) continue;
      switch (stage.on_request(stage.instance, *this)) {
        case step::next: break;
        case step::done: return true;
        case step::suspended: throw std::logic_error("a stage suspended on a route that may not");
      }
    }
    if (touched_) return false;
    body_open_ = true;
    route_->handler.call(*this);
  } catch (...) {
    fail_with_current_exception();
  }
  return true;
}

// The way of a request that needs nothing but the processor, straight from the first stage to the response.
inline void exchange::serve(http::stream& wire, const http::request_head& head, candela::arena& memory,
                            std::string_view body) {
  reset(wire, head, memory, body);
  if (!run_stages_immediately()) return advance();
  if (route_->has_response_hooks) {
    phase_ = phase::response;
    run_responses();
  }
  if (!output_filters_.empty()) return send();
  phase_ = phase::sent;
  head_sent_ = true;
  wire.respond(response_.head(), response_.body());
}

inline void dispatcher::serve_on(const route& found, const std::string_view* parameters, std::size_t count,
                                 http::stream& wire, const http::request_head& head, std::string_view body) {
  exchange& x = *immediate_;
  x.route_ = &found;
  for (std::size_t i = 0; i != count; ++i) x.parameters_[i] = parameters[i];
  x.serve(wire, head, batch_->memory, body);
  // Not `found`: an entry stage may have sent the request elsewhere.
  if (!x.route_->has_complete_hooks) return;
  x.bytes_out_ = wire.bytes_out();
  // The clock stands still within a turn: its time is as good now as when the request came.
  x.accepted_at_ = x.time_.steady();
  record(x);
}

const route* dispatcher::find(const generation& among, const http::request_head& head, std::string_view path,
                              bool escaped, arena& memory, route_match& match) {
  match.parameter_count = 0;
  match.decoded = false;
  if (head.form == http::target_form::asterisk) return &among.server_options();
  if (head.method == http::method::other || head.form == http::target_form::authority) return &among.not_implemented();
  const router::path_entry* entry = among.router().find(path, escaped, memory, match);
  return entry == nullptr ? &among.not_found() : entry->find(head.method);
}

void dispatcher::route_request(const http::request_head& head, http::head_memo* memo) {
  if (memo != nullptr && memo->generation == current_->serial()) {
    match_.route = static_cast<const route*>(memo->route);
    match_.parameter_count = memo->parameter_count;
    for (std::size_t i = 0; i != memo->parameter_count; ++i) match_.parameters[i] = memo->parameters[i];
    return;
  }
  match_memory_.clear();
  match_.route = find(*current_, head, head.path, head.path_escaped, match_memory_, match_);
  if (memo == nullptr || match_.decoded) return;
  memo->generation = current_->serial();
  memo->route = match_.route;
  memo->parameter_count = match_.parameter_count;
  for (std::size_t i = 0; i != match_.parameter_count; ++i) memo->parameters[i] = match_.parameters[i];
}

bool dispatcher::must_suspend(const route& asked, const http::request_head& head) {
  if (asked.may_suspend) return true;
  return asked.asks_stages && std::ranges::any_of(asked.stages, [&head](const stage_hooks& stage) {
           return stage.may_suspend_for != nullptr && stage.may_suspend_for(stage.instance, head);
         });
}

bool dispatcher::serve_again(http::stream& wire, const http::request_head& head, http::head_memo& memo) {
  // Another generation may route it elsewhere.
  if (memo.generation != current_->serial()) return false;
  const route& known = *static_cast<const route*>(memo.route);
  // What was served at once the last time may have to wait this time.
  if (known.asks_stages && must_suspend(known, head)) return false;
  serve_on(known, memo.parameters.data(), memo.parameter_count, wire, head, {});
  return true;
}

bool dispatcher::try_serve(http::stream& wire, const http::request_head& head, http::head_memo* memo,
                           std::string_view body, bool body_complete) {
  if (memo == nullptr || memo->generation != current_->serial()) {
    route_request(head, memo);
    if (!body_complete || must_suspend(*match_.route, head)) return false;
    serve_on(*match_.route, match_.parameters.data(), match_.parameter_count, wire, head, body);
    return true;
  }
  const route& known = *static_cast<const route*>(memo->route);
  if (!body_complete || must_suspend(known, head)) return route_request(head, memo), false;
  serve_on(known, memo->parameters.data(), memo->parameter_count, wire, head, body);
  return true;
}

void dispatcher::serve(http::stream& wire, const http::request_head& head, std::string_view body) {
  serve_on(*match_.route, match_.parameters.data(), match_.parameter_count, wire, head, body);
}

}  // namespace candela
