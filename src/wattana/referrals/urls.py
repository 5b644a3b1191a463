from django.urls import path

from wattana.referrals.views import answers, batches, cases, lists, needs, papers, settings

app_name = "referrals"
urlpatterns = [
    path("", lists.referrals, name="list"),
    path("receive/", lists.receive, name="receive"),
    path("board/", lists.board, name="board"),
    path("needs/", lists.waiting_needs, name="needs"),
    path("clocks/", settings.clocks, name="clocks"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.new, name="batch_new"),
    path("batches/<key:bundle>/", batches.batch, name="batch"),
    path("batches/<key:bundle>/accept/", batches.accept, name="batch_accept"),
    path("batches/<key:bundle>/reject/", batches.reject, name="batch_reject"),
    path("batches/<key:bundle>/cover.pdf", batches.cover_list, name="cover"),
    path("households/<key:household>/need/", needs.new, name="need_new"),
    path("households/<key:household>/propose/", needs.propose, name="propose"),
    path("households/<key:household>/help/", needs.other_help, name="other_help"),
    path("needs/<key:need>/confirm/", needs.confirm, name="need_confirm"),
    path("needs/<key:need>/dismiss/", needs.dismiss, name="need_dismiss"),
    path("needs/<key:need>/refer/", needs.refer, name="refer"),
    path("needs/<key:need>/help/", needs.further_help, name="further_help"),
    path("help/<key:assistance_row>/void/", needs.void_help, name="void_help"),
    path("cases/<key:referral>/", cases.case, name="case"),
    path("cases/<key:referral>/draft/", cases.draft, name="draft"),
    path("cases/<key:referral>/step/<slug:action>/", cases.step, name="step"),
    path("cases/<key:referral>/note/", cases.note, name="note"),
    path("cases/<key:referral>/attach/", cases.attach, name="attach"),
    path("cases/<key:referral>/take/", cases.take_charge, name="take_charge"),
    path("cases/<key:referral>/name/", cases.name_member, name="name_member"),
    path("cases/<key:referral>/ask/", cases.ask, name="ask"),
    path("cases/<key:referral>/answer/", cases.answer_for, name="answer_for"),
    path("cases/<key:referral>/sheet.pdf", papers.sheet, name="sheet"),
    path("files/<key:attachment>/", cases.attachment, name="attachment_file"),
    path("files/<key:attachment>/remove/", cases.remove_attachment, name="attachment_remove"),
    path("answer/<slug:code>/", answers.answer, name="answer"),
]
