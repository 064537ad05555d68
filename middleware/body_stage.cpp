#include <candela/middleware/body_stage.hpp>

#include "middleware/detail/body_work.hpp"

namespace candela::middleware {

body_stage::body_stage(std::unique_ptr<detail::body_work> work) noexcept
    : needs(work->direction() == detail::body_direction::request ? stage_needs::whole_body : stage_needs::head),
      work_(std::move(work)) {}
body_stage::body_stage(body_stage&&) noexcept = default;
body_stage::~body_stage() = default;

bool body_stage::applies_to(const route& asked) const { return work_->applies_to(asked); }
task<step> body_stage::on_request(exchange& x) { return work_->on_request(x); }
task<void> body_stage::on_response(exchange& x) { return work_->on_response(x); }

}  // namespace candela::middleware
