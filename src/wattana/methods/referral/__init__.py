"""The referral loop (ส่งต่อความช่วยเหลือ) as plain rules: states, steps, clocks. No database."""
