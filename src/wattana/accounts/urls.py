"""Addresses of accounts."""

from django.urls import path

from wattana.accounts.views import agreements, members, organizations, own, trail

app_name = "accounts"
urlpatterns = [
    path("sign-in/", own.sign_in, name="sign_in"),
    path("sign-out/", own.sign_out, name="sign_out"),
    path("invitation/<str:secret>/", own.invitation, name="invitation"),
    path("me/", own.account, name="account"),
    path("me/password/", own.password, name="password"),
    path("me/role/", own.switch, name="switch"),
    path("language/", own.language, name="language"),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/add/", members.add, name="member_add"),
    path("members/<key:member>/", members.member, name="member"),
    path("members/<key:member>/role/", members.role, name="member_role"),
    path("members/<key:member>/<slug:step>/", members.step, name="member_step"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new, name="agreement_new"),
    path("agreements/<key:agreement>/", agreements.agreement, name="agreement"),
    path("agreements/<key:agreement>/renew/", agreements.renew, name="agreement_renew"),
    path("agreements/<key:agreement>/end/", agreements.end, name="agreement_end"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/new/", organizations.new, name="organization_new"),
    path("organizations/<key:organization>/", organizations.organization, name="organization"),
    path("organizations/<key:organization>/edit/", organizations.edit, name="organization_edit"),
    path("audit/", trail.audit, name="audit"),
]
